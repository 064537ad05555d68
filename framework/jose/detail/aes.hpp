// Private to the room: AES in the modes that JWE takes. Keys have 16, 24 or 32 bytes.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace candela::jose::detail {

inline constexpr std::size_t gcm_iv_size = 12;
inline constexpr std::size_t gcm_tag_size = 16;
inline constexpr std::size_t aes_block = 16;
/// What key wrapping adds (RFC 3394).
inline constexpr std::size_t wrap_overhead = 8;

using bytes = std::span<const std::byte>;

/// GCM with an IV of 12 bytes. `out` has as many bytes as `in`; `additional` is authenticated as one text.
[[nodiscard]] bool gcm_seal(bytes key, bytes iv, std::span<const std::string_view> additional, bytes in, std::byte* out,
                            std::byte* tag);
/// False when the tag of 16 bytes does not match: `out` is worth nothing then.
[[nodiscard]] bool gcm_open(bytes key, bytes iv, std::span<const std::string_view> additional, bytes in, bytes tag,
                            std::byte* out);

/// CBC with the padding of PKCS #7. Writes the next multiple of 16 bytes above the size of `in`.
[[nodiscard]] bool cbc_encrypt(bytes key, bytes iv, bytes in, std::byte* out);
/// `in` is a multiple of 16 and not empty; `out` has as much room. The size without padding, or `npos` when that is
/// wrong. Only for what was authenticated before.
[[nodiscard]] std::size_t cbc_decrypt(bytes key, bytes iv, bytes in, std::byte* out);

/// AES key wrap (RFC 3394). `out` has 8 bytes more than `in`, a multiple of 8 that has 16 at least.
[[nodiscard]] bool wrap(bytes key, bytes in, std::byte* out);
/// The reverse, with 8 bytes less. False when it was not wrapped by that key.
[[nodiscard]] bool unwrap(bytes key, bytes in, std::byte* out);

}  // namespace candela::jose::detail
