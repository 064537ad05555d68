// Private to the room: what of a request's target may be written down.
#pragma once

#include <string_view>

namespace candela::middleware::detail {

/// The target without its scheme and authority, which may hold credentials; the path begins at the first slash behind
/// the scheme's two.
[[nodiscard]] inline std::string_view without_authority(std::string_view target) noexcept {
  const std::size_t scheme = target.find("://");
  if (target.starts_with('/') || scheme == std::string_view::npos) return target;
  const std::size_t path = target.find('/', scheme + 3);
  return path == std::string_view::npos ? "/" : target.substr(path);
}

/// And without its query.
[[nodiscard]] inline std::string_view path_of(std::string_view target) noexcept {
  target = without_authority(target);
  return target.substr(0, target.find('?'));
}

}  // namespace candela::middleware::detail
