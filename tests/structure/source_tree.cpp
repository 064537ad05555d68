#include "tests/structure/source_tree.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace candela::structure {

namespace {

namespace fs = std::filesystem;

bool is_left_out(const fs::path& name) { return name == "build" || name == ".git" || name == ".cache"; }

bool is_text(std::string_view content) { return content.find('\0') == std::string_view::npos; }

std::vector<source_file> read_tree(const fs::path& root) {
  std::vector<source_file> files;
  for (auto entry = fs::recursive_directory_iterator(root); entry != fs::recursive_directory_iterator(); ++entry) {
    if (entry->is_directory() && is_left_out(entry->path().filename())) entry.disable_recursion_pending();
    if (!entry->is_regular_file() || entry->is_symlink()) continue;
    std::ifstream stream(entry->path(), std::ios::binary);
    std::string content{std::istreambuf_iterator<char>(stream), {}};
    if (is_text(content)) files.push_back({fs::relative(entry->path(), root).string(), std::move(content)});
  }
  std::ranges::sort(files, {}, &source_file::path);
  return files;
}

}  // namespace

const std::vector<source_file>& source_tree() {
  static const std::vector<source_file> files = read_tree(CANDELA_SOURCE_ROOT);
  return files;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

}  // namespace candela::structure
