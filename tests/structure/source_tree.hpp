// The project's own files as the structure tests see them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace candela::structure {

/// A text file of the project: `path` is relative to the root, `text` its whole content.
struct source_file {
  std::string path;
  std::string text;

  /// True for a C++ header or source, or the template of one.
  [[nodiscard]] bool is_cpp() const {
    const std::string_view name = path.ends_with(".in") ? std::string_view(path).substr(0, path.size() - 3) : path;
    return name.ends_with(".hpp") || name.ends_with(".cpp") || name.ends_with(".ipp");
  }

  /// True for a header that is installed with candela.
  [[nodiscard]] bool is_public_header() const {
    const bool in_installed_room = (path.starts_with("framework/") && !path.starts_with("framework/command/")) ||
                                   path.starts_with("middleware/") || path.starts_with("handlers/");
    return in_installed_room && path.ends_with(".hpp") && path.find("/detail/") == std::string::npos;
  }
};

/// Every text file below the root in order of its path, build directories and what git keeps left out.
const std::vector<source_file>& source_tree();

/// The lines of `text` without their ends.
std::vector<std::string_view> lines_of(std::string_view text);

}  // namespace candela::structure
