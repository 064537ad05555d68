// The words of a configuration error.
#include <candela/config/error.hpp>

#include <utility>

#include <fmt/format.h>

namespace candela::config {

namespace {

std::string render(const position& where, std::string_view path, std::string_view message) {
  if (path.empty()) return fmt::format("{}: {}", to_string(where), message);
  return fmt::format("{}: {}: {}", to_string(where), path, message);
}

}  // namespace

std::string to_string(const position& where) {
  if (where.line == 0) return where.file;
  return fmt::format("{}:{}:{}", where.file, where.line, where.column);
}

error::error(position where, std::string_view path, std::string_view message)
    : std::runtime_error(render(where, path, message)), where_(std::move(where)) {}

error::error(position where, const std::string& text) : std::runtime_error(text), where_(std::move(where)) {}

error error::join(std::span<const error> errors) {
  std::string text;
  for (const error& one : errors) {
    if (!text.empty()) text += '\n';
    text += one.what();
  }
  return error(errors.front().where(), text);
}

}  // namespace candela::config
