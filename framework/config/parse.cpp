// From bytes to a node: check the text, let the YAML library find the events, build the tree.
#include <candela/config/parse.hpp>

#include <cerrno>
#include <fstream>
#include <sstream>
#include <system_error>

#include <fmt/format.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <candela/config/detail/document_text.hpp>
#include <candela/config/detail/node_value.hpp>
#include <candela/config/detail/tree_builder.hpp>
#include <candela/config/error.hpp>

namespace candela::config {

namespace {

// The library's words, and for two mistakes that are easy to make but not to find from them, a better place to look.
error syntax_error(const YAML::Exception& failure, const detail::document_text& text, const position& latest) {
  const YAML::Mark& mark = failure.mark;
  const auto line = static_cast<std::size_t>(mark.is_null() ? 0 : mark.line);
  const position where = text.at(line, static_cast<std::size_t>(mark.is_null() ? 0 : mark.column));
  std::string message = fmt::format("not valid YAML: {}", failure.msg);
  if (failure.msg == YAML::ErrorMsg::EOF_IN_SCALAR && latest.line != 0) {
    message += fmt::format(" (a quote is not closed; it opens after line {}, column {})", latest.line, latest.column);
  }
  if (failure.msg.find("flow not found") != std::string::npos && text.line(line).find("${") != std::string_view::npos) {
    message += " (inside [] and {} a ${NAME} needs quotes)";
  }
  return error(where, {}, message);
}

}  // namespace

node parse_text(std::string_view text, const std::string& file_name, const environment& variables) {
  const detail::document_text checked(text, file_name);
  detail::tree_builder builder(checked, variables);
  std::istringstream stream(checked.content());
  try {
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::Exception& failure) {
    throw syntax_error(failure, checked, builder.latest());
  }
  return detail::node_value::root(builder.root());
}

node load_file(const std::string& path, const environment& variables) {
  const position whole{path, 0, 0};
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  // One byte more than allowed shows that a file is too large without reading all of it.
  std::string text(max_document_bytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!file.is_open() || file.bad() || (file.fail() && !file.eof())) {
    const std::string reason = std::generic_category().message(errno == 0 ? EIO : errno);
    throw error(whole, {}, fmt::format("cannot be read: {}", reason));
  }
  text.resize(static_cast<std::size_t>(file.gcount()));
  return parse_text(text, path, variables);
}

}  // namespace candela::config
