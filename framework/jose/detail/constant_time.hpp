// Private to the room: what must take the same time whatever the secret is.
#pragma once

#include <cstddef>
#include <span>

namespace candela::jose::detail {

/// Overwrites `content_key` with the last bytes of `block` where that is `done` and PKCS #1's padding of a message of
/// just that size (RFC 8017, section 7.2.2: 0, 2, bytes other than 0, 0), and leaves it as it is otherwise. Neither
/// time nor touched memory tell which. `block` has 11 bytes more than `content_key` at least.
void take_pkcs1_padded(std::span<const std::byte> block, bool done, std::span<std::byte> content_key) noexcept;

}  // namespace candela::jose::detail
