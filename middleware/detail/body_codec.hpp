// What a stage does to a body, without anything of HTTP but the content type: may run on any thread.
#pragma once

#include <candela/core/clock.hpp>
#include <candela/jose/error.hpp>
#include <candela/jose/secret.hpp>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace candela::middleware::detail {

/// Where in a message the protected part is.
enum class body_shape : std::uint8_t {
  whole,     ///< the body is it
  members,   ///< some members of a JSON document are
  detached,  ///< the body stands as it is, its signature in a header field
};

/// A body as it came. Views live during the call.
struct body_message {
  std::string_view content_type;
  std::string_view signature;  ///< the header field's value; empty where there is none
  std::string_view body;
  clock::wall_time now;
};

/// Who has signed which part of a body; see `message_author`.
struct body_author {
  std::string place;
  std::string signer;
  std::string key_id;
};

/// What becomes of it.
struct changed_body {
  std::optional<jose::secret_bytes> body = {};  ///< nothing: it stays
  std::string content_type = {};                ///< empty: it stays
  std::string signature = {};                   ///< a new header field's value; empty for none
  std::vector<body_author> authors = {};
};

/// Immutable; shared by a stage and the work that it has on a lane.
class body_codec {
 public:
  body_codec() = default;
  body_codec(const body_codec&) = delete;
  body_codec& operator=(const body_codec&) = delete;
  virtual ~body_codec() = default;

  [[nodiscard]] virtual std::expected<changed_body, jose::error> apply(const body_message& message) const = 0;
  /// Whether it is one operation of a tenth of a millisecond or so: then it may run on the loop, once a turn.
  [[nodiscard]] virtual bool is_light() const noexcept = 0;
  /// The content type of whole bodies that it makes, where that is always the same; static text.
  [[nodiscard]] virtual std::string_view made_type() const noexcept { return {}; }
};

/// The media type without parameters: `application/json`.
[[nodiscard]] std::string_view essence_of(std::string_view content_type) noexcept;
[[nodiscard]] bool is_json_type(std::string_view content_type) noexcept;
/// `application/jose` and `application/jose+json` (RFC 7515, section 9.2).
[[nodiscard]] bool is_jose_type(std::string_view content_type) noexcept;

}  // namespace candela::middleware::detail
