// Merging builds new maps only along the paths that both trees have; all else is shared with them.
#include <candela/config/merge.hpp>

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include <candela/config/detail/node_value.hpp>

namespace candela::config {

namespace {

using value = detail::node_value;

value::pointer merged(const value::pointer& base, const value::pointer& overlay) {
  if (overlay->kind == node_kind::null) return base->kind == node_kind::null ? overlay : base;
  if (base->kind != node_kind::map || overlay->kind != node_kind::map) return overlay;
  value result = *base;
  result.where = overlay->where;
  std::map<std::string_view, std::size_t> index;
  for (std::size_t i = 0; i != base->children.size(); ++i) index.emplace(base->children[i].key, i);
  for (const value::child& entry : overlay->children) {
    const auto known = index.find(entry.key);
    if (known == index.end()) {
      result.children.push_back(entry);
    } else {
      value::child& target = result.children[known->second];
      target.where = entry.where;
      target.value = merged(target.value, entry.value);
    }
  }
  return std::make_shared<const value>(std::move(result));
}

}  // namespace

node merge(const node& base, const node& overlay) { return value::root(merged(value::of(base), value::of(overlay))); }

}  // namespace candela::config
