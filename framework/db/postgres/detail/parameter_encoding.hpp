// Parameters as PostgreSQL reads them: in its binary form where the type is known and has one here, otherwise as text,
// which the server reads as whatever type it inferred.
#pragma once

#include <bit>
#include <candela/db/parameter.hpp>
#include <candela/db/sql_type.hpp>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace candela::db::postgres {

/// Writes `value` in network byte order; gives what follows it.
template <class Unsigned>
inline char* put(char* at, Unsigned value) noexcept {
  if constexpr (std::endian::native == std::endian::little) value = std::byteswap(value);
  std::memcpy(at, &value, sizeof value);
  return at + sizeof value;
}

/// How a value was written.
enum class format : std::int16_t { text = 0, binary = 1, refused = -1 };

/// Bytes that `encode` may write for it, at most.
[[nodiscard]] std::size_t encoded_bound(const parameter& value) noexcept;

/// Writes length and value to `at`, which moves behind them. `type` is what the statement expects; `unknown` while that
/// was not told. Refused is what cannot be meant: a number out of the type's range, text with a NUL.
[[nodiscard]] format encode(const parameter& value, sql_type type, char*& at) noexcept;

/// Writes the value alone as text, up to `encoded_bound` bytes; not NULL. False when it is refused.
[[nodiscard]] bool encode_as_text(const parameter& value, char*& at) noexcept;

/// Why it was refused, for people.
[[nodiscard]] std::string_view refusal(const parameter& value) noexcept;

}  // namespace candela::db::postgres
