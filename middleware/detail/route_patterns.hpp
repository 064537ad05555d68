// Which routes an option names. Private.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace candela::middleware::detail {

/// Whether one of the patterns is the route's, as it was declared (`/orders/{id}`). A star at the end of one stands for
/// any rest (`/health/*`).
[[nodiscard]] inline bool names_route(const std::vector<std::string>& patterns, std::string_view route) noexcept {
  return std::ranges::any_of(patterns, [route](std::string_view each) {
    if (!each.ends_with('*')) return each == route;
    each.remove_suffix(1);
    return route.starts_with(each);
  });
}

}  // namespace candela::middleware::detail
