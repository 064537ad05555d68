// Private to the room: an encrypted message taken apart, whichever serialization it has (RFC 7516, section 7).
#pragma once

#include <candela/core/arena.hpp>
#include <candela/jose/error.hpp>
#include <candela/json/value.hpp>
#include <expected>
#include <optional>
#include <span>
#include <string_view>

namespace candela::jose::detail {

struct encrypted_key_part {
  std::string_view encrypted_key;  ///< empty for none
  json::value header;              ///< null for none
};

/// All but the unprotected headers still in base64url. Views into the message or the arena.
struct encrypted_message {
  std::string_view protected_header;  ///< empty for none
  json::value shared_header;          ///< null for none
  std::span<const encrypted_key_part> recipients;
  std::string_view iv;
  std::string_view ciphertext;
  std::string_view tag;
  std::optional<std::string_view> additional_data;
};

/// Exactly five parts with dots between them.
[[nodiscard]] std::expected<encrypted_message, error> read_compact_encrypted(std::string_view text, arena& memory);

/// One JSON object, flattened or general but nothing of both, with one recipient at least.
[[nodiscard]] std::expected<encrypted_message, error> read_json_encrypted(std::string_view text,
                                                                          unsigned max_recipients, arena& memory);

}  // namespace candela::jose::detail
