// Nodes: making them, walking through them, and saying what is wrong with them.
#include <candela/config/node.hpp>

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include <candela/config/detail/node_value.hpp>
#include <candela/config/detail/words.hpp>
#include <candela/config/error.hpp>

namespace candela::config {

namespace {

using value = detail::node_value;

value::pointer make_scalar(std::string text, bool plain) {
  value made;
  made.kind = node_kind::scalar;
  made.text = std::move(text);
  made.plain = plain;
  return std::make_shared<const value>(std::move(made));
}

const value::pointer& nothing() {
  static const value::pointer shared = std::make_shared<const value>();
  return shared;
}

}  // namespace

node::node() : value_(nothing()) {}
node::node(std::string_view text) : value_(make_scalar(std::string(text), false)) {}
node::node(double value) : node(fmt::format("{}", value), plain{}) {}
node::node(std::string text, plain) : value_(make_scalar(std::move(text), true)) {}
node::node(value_pointer value, std::string path, bool secret)
    : value_(std::move(value)), path_(std::move(path)), secret_(secret) {}

node node::list(std::vector<node> items) {
  value made;
  made.kind = node_kind::list;
  for (node& item : items) made.children.push_back({{}, item.where(), std::move(item.value_)});
  return value::root(std::make_shared<const value>(std::move(made)));
}

node node::map(std::vector<std::pair<std::string, node>> members) {
  value made;
  made.kind = node_kind::map;
  std::set<std::string, std::less<>> keys;
  for (auto& [key, member] : members) {
    if (!keys.insert(key).second) throw error(position{}, key, "the key is given twice");
    made.children.push_back({std::move(key), position{}, std::move(member.value_)});
  }
  return value::root(std::make_shared<const value>(std::move(made)));
}

node_kind node::kind() const noexcept { return value_->kind; }
const position& node::where() const noexcept { return value_->where; }
bool node::from_environment() const noexcept { return value_->from_environment; }

node node::child(std::string_view key, value_pointer value) const {
  return {std::move(value), path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key),
          secret_ || detail::names_secret(key)};
}

node node::get(std::string_view key) const {
  if (!is_null() && kind() != node_kind::map) unexpected("a map");
  for (const auto& entry : value_->children) {
    if (entry.key == key) return child(key, entry.value);
  }
  return child(key, value::nothing_at(where()));
}

std::vector<node::member> node::members() const {
  if (!is_null() && kind() != node_kind::map) unexpected("a map");
  std::vector<member> result;
  result.reserve(value_->children.size());
  for (const auto& entry : value_->children) result.push_back({entry.key, entry.where, child(entry.key, entry.value)});
  return result;
}

std::vector<node> node::items() const {
  if (!is_null() && kind() != node_kind::list) unexpected("a list");
  std::vector<node> result;
  result.reserve(value_->children.size());
  for (const auto& item : value_->children) {
    result.push_back(node(item.value, fmt::format("{}[{}]", path_, result.size()), secret_));
  }
  return result;
}

void node::fail(std::string_view message) const {
  const error own(where(), path_, message);
  std::vector<error> all;
  if (value_->meant_for) all = value_->meant_for();
  if (all.empty()) throw own;
  all.push_back(own);
  throw error::join(all);
}

void node::unexpected(std::string_view wanted, std::string_view hint) const {
  const std::string text = fmt::format("expected {}, found {}", wanted, found());
  fail(hint.empty() ? text : fmt::format("{} ({})", text, hint));
}

std::string node::found() const {
  switch (kind()) {
    case node_kind::null: return "nothing";
    case node_kind::list: return "a list";
    case node_kind::map: return "a map";
    case node_kind::scalar: break;
  }
  if (from_environment()) return "a value from the environment";
  if (secret_) return "\"***\"";
  return fmt::format("{}{}", value_->plain ? "" : "the string ", detail::in_quotes(value_->text));
}

}  // namespace candela::config
