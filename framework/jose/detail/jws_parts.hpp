// Private to the room: the steps that all serializations of a signature share.
#pragma once

#include <candela/jose/jws.hpp>

namespace candela::jose::detail {

/// The algorithm that a header asks for, if `alg` and `typ` are what the rules accept. Asked before a key is looked
/// for.
[[nodiscard]] std::expected<signature_algorithm, error> accepted(const header& read, const signature_rules& rules);

/// Whether that is the key's signature of the text, which may come in parts.
[[nodiscard]] std::expected<void, error> check(const key& by, signature_algorithm algorithm,
                                               std::span<const std::string_view> text,
                                               std::string_view encoded_signature);

/// The bytes of a payload in base64url, in the arena.
[[nodiscard]] std::expected<std::string_view, error> decoded_payload(std::string_view payload, arena& memory);

/// What the header of a new signature says, as JSON in the arena. Refused: a further member of a name that the header
/// has by itself.
[[nodiscard]] std::expected<std::string_view, error> header_text(const key& with, signature_algorithm algorithm,
                                                                 const signature_header& said, arena& memory);

/// The characters of a signature by that key.
[[nodiscard]] std::size_t encoded_signature_size(const key& with, signature_algorithm algorithm) noexcept;
/// Signs the text and writes as many characters to `out`.
[[nodiscard]] std::expected<void, error> write_signature(std::span<const std::string_view> text, const key& with,
                                                         signature_algorithm algorithm, char* out);

}  // namespace candela::jose::detail
