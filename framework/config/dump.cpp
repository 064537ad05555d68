// A writer of block style YAML; strings are quoted only where a reader would take them for something else.
#include <candela/config/dump.hpp>

#include <iterator>
#include <string_view>

#include <fmt/format.h>

#include <candela/config/detail/node_value.hpp>

namespace candela::config {

namespace {

void write_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7F) {
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  out += '"';
}

bool is_word(std::string_view text) {
  constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./+";
  return !text.empty() && text.front() != '-' && text.find_first_not_of(plain) == std::string_view::npos;
}

void write_key(std::string& out, std::string_view key) {
  if (is_word(key)) {
    out += key;
  } else {
    write_quoted(out, key);
  }
}

void write_scalar(std::string& out, const node& scalar) {
  const detail::node_value& value = *detail::node_value::of(scalar);
  if (value.plain && is_word(value.text)) {
    out += value.text;
  } else {
    write_quoted(out, value.text);
  }
}

void write(std::string& out, const node& value, std::size_t indent);

void write_list(std::string& out, const node& list, std::size_t indent) {
  for (const node& item : list.items()) {
    out.append(indent, ' ');
    out += "-";
    write(out, item, indent + 2);
  }
}

void write_map(std::string& out, const node& map, std::size_t indent) {
  for (const node::member& entry : map.members()) {
    out.append(indent, ' ');
    write_key(out, entry.key);
    out += ":";
    write(out, entry.value, indent + 2);
  }
}

// After a `-` or a key's colon: on the same line what is short, on lines of their own the members.
void write(std::string& out, const node& value, std::size_t indent) {
  const bool nests = value.kind() == node_kind::list || value.kind() == node_kind::map;
  if (nests && !detail::node_value::of(value)->children.empty()) {
    if (!out.empty()) out += "\n";
    return value.kind() == node_kind::list ? write_list(out, value, indent) : write_map(out, value, indent);
  }
  if (!out.empty()) out += " ";
  if (value.kind() == node_kind::list) out += "[]";
  if (value.kind() == node_kind::map) out += "{}";
  if (value.is_null()) out += "null";
  if (value.kind() == node_kind::scalar && value.hidden()) out += "\"***\"";
  if (value.kind() == node_kind::scalar && !value.hidden()) write_scalar(out, value);
  out += "\n";
}

}  // namespace

std::string dump(const node& tree) {
  std::string out;
  write(out, tree, 0);
  return out;
}

}  // namespace candela::config
