// What a store answers when it cannot say yes or no.
#pragma once

#include <cstdint>
#include <expected>
#include <string_view>

namespace candela::store {

/// Why there is no answer. Whoever guards something takes each of them as a no (the stages that limit rates may be
/// configured otherwise).
enum class errc : std::uint8_t {
  unavailable = 1,  ///< there is no connection to the store, or it broke meanwhile: the use may have been counted
  timed_out,        ///< the store did not answer in time: the use may have been counted
  full,             ///< there is no room for another entry; none that has not expired is given up for it
  too_large,        ///< the key is longer than the store takes
  cancelled,        ///< nobody waits for the answer any more
  closed,           ///< the store was closed by this service
  refused,          ///< the server behind the store answered with an error, which the log tells
};

/// One more than the number of codes.
inline constexpr std::size_t error_codes = static_cast<std::size_t>(errc::refused) + 1;

/// A fixed name such as `timed_out`; valid forever.
[[nodiscard]] std::string_view name_of(errc code) noexcept;

/// Yes, no, or why neither.
using answer = std::expected<bool, errc>;

}  // namespace candela::store
