#include "middleware/detail/file_content.hpp"

#include <array>
#include <fstream>
#include <utility>

namespace candela::middleware::detail {

std::optional<std::string> file_content(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return std::nullopt;
  std::string text;
  std::array<char, 16 * 1024> piece;
  // Unlike iterators, this does not throw for a folder.
  while (in.read(piece.data(), piece.size()) || in.gcount() != 0)
    text.append(piece.data(), static_cast<std::size_t>(in.gcount()));
  return in.bad() ? std::nullopt : std::optional(std::move(text));
}

std::string required_content(config::reader& options, std::string_view option) {
  const std::filesystem::path file = options.path(option);
  std::optional<std::string> text = file_content(file);
  if (!text) options.get(option).fail("the file " + file.string() + " cannot be read");
  return std::move(*text);
}

}  // namespace candela::middleware::detail
