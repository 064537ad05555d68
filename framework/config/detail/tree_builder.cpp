// One function for each event; what it adds goes to the innermost open list or map.
#include <candela/config/detail/tree_builder.hpp>

#include <utility>

#include <fmt/format.h>

#include <candela/config/detail/substitution.hpp>
#include <candela/config/detail/words.hpp>
#include <candela/config/error.hpp>
#include <candela/config/parse.hpp>

namespace candela::config::detail {

namespace {

// YAML 1.2, section 10.3.2.
bool is_null_text(std::string_view text) {
  return text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL";
}

}  // namespace

void tree_builder::OnDocumentStart(const YAML::Mark& mark) {
  if (std::exchange(started_, true)) refuse(at(mark), "the document ends before this (a file holds one document)");
}

void tree_builder::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
  const position where = at(mark);
  if (expects_key()) refuse(where, "expected a key, found nothing");
  const auto value = node_value::nothing_at(where);
  count(*value, where, open_.size());
  add(value, anchor);
}

void tree_builder::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) {
  const position where = at(mark);
  if (expects_key()) refuse(where, "an alias cannot be a key");
  const auto known = anchors_.find(anchor);
  if (known == anchors_.end()) refuse(where, "an alias inside the value that it names");
  count(*known->second, where, open_.size());
  add(known->second, 0);
}

void tree_builder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                            const std::string& text) {
  const position where = at(mark);
  refuse_tag(where, tag);
  if (expects_key()) return take_key(where, text);
  auto replaced = substitute(text, variables_);
  if (!replaced) refuse(where, replaced.error());
  node_value value;
  value.where = where;
  value.plain = tag == "?";
  value.from_environment = replaced->from_environment;
  if (!value.plain || !is_null_text(replaced->text)) {
    value.kind = node_kind::scalar;
    value.text = std::move(replaced->text);
  }
  count(value, where, open_.size());
  add(std::make_shared<const node_value>(std::move(value)), anchor);
}

void tree_builder::OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                                   YAML::EmitterStyle::value /*style*/) {
  open(node_kind::list, mark, tag, anchor);
}

void tree_builder::OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                              YAML::EmitterStyle::value /*style*/) {
  open(node_kind::map, mark, tag, anchor);
}

void tree_builder::open(node_kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
  open_value fresh;
  fresh.value.kind = kind;
  fresh.value.where = at(mark);
  fresh.anchor = anchor;
  refuse_tag(fresh.value.where, tag);
  if (expects_key()) refuse(fresh.value.where, "a key must be a plain word or a string");
  count(fresh.value, fresh.value.where, open_.size());
  open_.push_back(std::move(fresh));
}

void tree_builder::close() {
  open_value closed = std::move(open_.back());
  open_.pop_back();
  join_merged(closed);
  add(std::make_shared<const node_value>(std::move(closed.value)), closed.anchor);
}

void tree_builder::add(node_value::pointer value, YAML::anchor_t anchor) {
  if (anchor != 0) anchors_[anchor] = value;
  if (open_.empty()) {
    root_ = std::move(value);
    return;
  }
  open_value& parent = open_.back();
  if (parent.value.kind == node_kind::list) {
    const position where = value->where;
    parent.value.children.push_back({{}, where, std::move(value)});
    return;
  }
  parent.has_key = false;
  if (parent.key == "<<") return take_merge(parent.key_where, value);
  parent.value.children.push_back({std::move(parent.key), std::move(parent.key_where), std::move(value)});
}

void tree_builder::take_key(const position& where, const std::string& text) {
  open_value& map = open_.back();
  if (!map.keys.insert(text).second) refuse(where, fmt::format("the key {} is given twice", in_quotes(text)));
  map.has_key = true;
  map.key = text;
  map.key_where = where;
}

void tree_builder::take_merge(const position& where, const node_value::pointer& value) {
  const auto take = [&](const node_value::pointer& map) {
    if (map->kind != node_kind::map) refuse(where, "\"<<\" takes a map or a list of maps");
    open_.back().merged.push_back(map);
  };
  if (value->kind != node_kind::list) return take(value);
  for (const auto& item : value->children) take(item.value);
}

void tree_builder::join_merged(open_value& map) {
  for (const auto& source : map.merged) {
    for (const auto& entry : source->children) {
      if (map.keys.insert(entry.key).second) map.value.children.push_back(entry);
    }
  }
}

void tree_builder::count(const node_value& value, const position& where, std::size_t depth) {
  if (++nodes_ > max_document_nodes) refuse(where, fmt::format("more than {} values", max_document_nodes));
  const bool nests = value.kind == node_kind::list || value.kind == node_kind::map;
  if (nests && depth >= max_document_depth) {
    refuse(where, fmt::format("more than {} lists and maps inside each other", max_document_depth));
  }
  for (const auto& child : value.children) count(*child.value, where, depth + 1);
}

void tree_builder::refuse_tag(const position& where, const std::string& tag) const {
  // The library's own marks: "?" for unquoted scalars, lists and maps, "!" for quoted ones.
  if (!tag.empty() && tag != "?" && tag != "!") refuse(where, "tags are not supported");
}

bool tree_builder::expects_key() const {
  return !open_.empty() && open_.back().value.kind == node_kind::map && !open_.back().has_key;
}

position tree_builder::at(const YAML::Mark& mark) {
  latest_ = text_.at(static_cast<std::size_t>(mark.line), static_cast<std::size_t>(mark.column));
  return latest_;
}

std::string tree_builder::path() const {
  std::string result;
  for (const open_value& each : open_) {
    if (each.value.kind == node_kind::list) {
      result += fmt::format("[{}]", each.value.children.size());
    } else if (each.has_key) {
      result += fmt::format("{}{}", result.empty() ? "" : ".", each.key);
    }
  }
  return result;
}

void tree_builder::refuse(const position& where, std::string_view message) const {
  throw error(where, path(), message);
}

}  // namespace candela::config::detail
