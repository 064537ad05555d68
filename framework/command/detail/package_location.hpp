// Private to the room: where the candela stands that this command belongs to.
#pragma once

#include <filesystem>
#include <optional>

namespace candela::command {

/// The folder that CMake must be pointed to so that `find_package(candela)` finds the candela of `program`, an absolute
/// path: the prefix of an installation, or a build of the tree. Nothing when it stands in neither.
[[nodiscard]] std::optional<std::filesystem::path> package_location(const std::filesystem::path& program);

}  // namespace candela::command
