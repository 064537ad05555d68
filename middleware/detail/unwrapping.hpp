// From protected bodies to plain ones: what verifying, decrypting and opening have in common.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "middleware/detail/body_codec.hpp"

namespace candela::middleware::detail {

/// What one message holds.
struct unwrapped {
  jose::secret_bytes content;
  std::string content_type = {};  ///< as `cty` says it; empty where nothing does
  std::string signer = {};
  std::string key_id = {};  ///< empty where nobody has signed
};

/// Which part of a body, and how large a body.
struct body_part {
  body_shape shape = body_shape::whole;
  std::vector<std::string> places = {};  ///< the members
  bool required = true;                  ///< whether a member that is not there is refused
};

class unwrapping_codec : public body_codec {
 public:
  explicit unwrapping_codec(body_part part) : part_(std::move(part)) {}

  [[nodiscard]] std::expected<changed_body, jose::error> apply(const body_message& message) const final;

 protected:
  [[nodiscard]] const body_part& part() const noexcept { return part_; }

  /// One message, found at `place`.
  [[nodiscard]] virtual std::expected<unwrapped, jose::error> unwrap(std::string_view message, std::string_view place,
                                                                     clock::wall_time now) const = 0;
  /// The id of the key whose signature of the body the header field holds.
  [[nodiscard]] virtual std::expected<std::string, jose::error> verify_detached(const body_message& message) const;

 private:
  [[nodiscard]] std::expected<changed_body, jose::error> whole(const body_message& message) const;
  [[nodiscard]] std::expected<changed_body, jose::error> members(const body_message& message) const;

  body_part part_;
};

}  // namespace candela::middleware::detail
