// Request methods (RFC 9110, section 9; PATCH: RFC 5789).
#pragma once

#include <cstdint>
#include <string_view>

namespace candela::http {

/// The methods that a route can be declared for. `other` is a well-formed method that none is.
enum class method : std::uint8_t { get, head, post, put, delete_, options, patch, trace, connect, other };

inline constexpr std::size_t method_count = 10;

namespace detail {
// Not within the function, which would build the table anew with every call.
inline constexpr std::string_view method_names[method_count] = {"GET",     "HEAD",  "POST",  "PUT",     "DELETE",
                                                                "OPTIONS", "PATCH", "TRACE", "CONNECT", ""};
}  // namespace detail

/// The method's name as it stands in a request line; empty for `other`.
[[nodiscard]] constexpr std::string_view name_of(method value) noexcept {
  return detail::method_names[static_cast<std::size_t>(value)];
}

/// The method of that exact, case-sensitive name; `other` when it is none of ours.
[[nodiscard]] constexpr method method_of(std::string_view name) noexcept {
  for (std::size_t i = 0; i + 1 < method_count; ++i) {
    if (name_of(static_cast<method>(i)) == name) return static_cast<method>(i);
  }
  return method::other;
}

}  // namespace candela::http
