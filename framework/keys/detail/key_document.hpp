// Private to the room: the text of a file or an answer as keys.
#pragma once

#include <candela/jose/key_set.hpp>
#include <candela/jose/secret.hpp>
#include <expected>
#include <string>
#include <string_view>

namespace candela::keys::detail {

/// The largest file of keys.
inline constexpr std::size_t max_document_bytes = std::size_t{1024} * 1024;

/// A file as it is. The error is a sentence that doesn't name it.
[[nodiscard]] std::expected<jose::secret_bytes, std::string> read_document(const std::string& path);

/// The keys of a JWK set, a JWK, or every key and certificate of a PEM text. `published`: it was fetched, so that no
/// secret may be in it. Refused as well: a text without any key. The error holds nothing of the text.
[[nodiscard]] std::expected<jose::key_set, std::string> keys_of(std::string_view text, bool published);

}  // namespace candela::keys::detail
