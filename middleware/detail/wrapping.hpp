// From plain bodies to protected ones: what signing, encrypting and sealing have in common.
#pragma once

#include <string>

#include "middleware/detail/unwrapping.hpp"

namespace candela::middleware::detail {

class wrapping_codec : public body_codec {
 public:
  /// `several`: what it makes is JSON, for several recipients.
  explicit wrapping_codec(body_part part, bool several = false) : part_(std::move(part)), several_(several) {}

  [[nodiscard]] std::expected<changed_body, jose::error> apply(const body_message& message) const final;
  [[nodiscard]] std::string_view made_type() const noexcept final {
    return several_ ? "application/jose+json" : "application/jose";
  }

 protected:
  [[nodiscard]] const body_part& part() const noexcept { return part_; }

  /// A message of that content, which stands at `place`.
  [[nodiscard]] virtual std::expected<std::string, jose::error> wrap(std::string_view content,
                                                                     std::string_view content_type,
                                                                     std::string_view place,
                                                                     clock::wall_time now) const = 0;
  /// The signature for the header field.
  [[nodiscard]] virtual std::expected<std::string, jose::error> sign_detached(const body_message& message) const;

 private:
  [[nodiscard]] std::expected<changed_body, jose::error> whole(const body_message& message) const;
  [[nodiscard]] std::expected<changed_body, jose::error> members(const body_message& message) const;

  body_part part_;
  bool several_;
};

}  // namespace candela::middleware::detail
