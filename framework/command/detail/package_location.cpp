#include <candela/command/detail/package_location.hpp>
#include <system_error>

namespace candela::command {

namespace fs = std::filesystem;

std::optional<fs::path> package_location(const fs::path& program) {
  static constexpr const char* places[] = {"", CANDELA_PACKAGE_DIR};  // in a build, and behind a prefix
  fs::path folder = program;
  while (folder != folder.parent_path()) {
    folder = folder.parent_path();
    for (const char* place : places) {
      std::error_code unreadable;
      if (fs::exists(folder / place / "candelaConfig.cmake", unreadable)) return folder;
    }
  }
  return std::nullopt;
}

}  // namespace candela::command
