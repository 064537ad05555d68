// From bytes to a node: check the text, let the YAML library find the events, build the tree.
#include <candela/config/parse.hpp>

#include <cerrno>
#include <fstream>
#include <istream>
#include <spanstream>
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

error syntax_error(const YAML::Exception& failure, const detail::document_text& text) {
  const YAML::Mark& mark = failure.mark;
  const position where = mark.is_null()
                             ? text.at(0, 0)
                             : text.at(static_cast<std::size_t>(mark.line), static_cast<std::size_t>(mark.column));
  return error(where, {}, fmt::format("not valid YAML: {}", failure.msg));
}

}  // namespace

node parse_text(std::string_view text, const std::string& file_name, const environment& variables) {
  const detail::document_text checked(text, file_name);
  detail::tree_builder builder(checked, variables);
  std::ispanstream stream(checked.content());
  try {
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::Exception& failure) {
    throw syntax_error(failure, checked);
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
