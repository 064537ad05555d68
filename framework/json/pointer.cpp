#include <candela/json/detail/walker.hpp>
#include <candela/json/pointer.hpp>
#include <utility>

namespace candela::json {

namespace {

std::size_t ordinal_of(const value& child, const value& parent) noexcept {
  if (parent.type() == value::kind::array) return static_cast<std::size_t>(&child - parent.elements().data());
  std::size_t ordinal = 0;
  while (&parent.members()[ordinal].item != &child) ++ordinal;
  return ordinal;
}

}  // namespace

bool is_pointer(std::string_view text) noexcept {
  if (!text.empty() && text.front() != '/') return false;
  for (std::size_t at = text.find('~'); at != text.npos; at = text.find('~', at + 1)) {
    if (at + 1 == text.size() || (text[at + 1] != '0' && text[at + 1] != '1')) return false;
  }
  return true;
}

bool pointers_overlap(std::string_view left, std::string_view right) noexcept {
  if (left.size() > right.size()) std::swap(left, right);
  return right.starts_with(left) && (left.size() == right.size() || right[left.size()] == '/');
}

std::string_view text_at(std::string_view text, const value& root, std::string_view pointer) {
  const value* place = &root;
  detail::walker walk(text);
  while (!pointer.empty()) {
    // One token with its slash is a pointer of its own, from the place where it stands.
    const std::string_view token = pointer.substr(0, pointer.find('/', 1));
    const value* child = place->at(token);
    if (child == nullptr) return {};
    walk.enter(ordinal_of(*child, *place));
    if (place->type() == value::kind::object) walk.skip_name();
    place = child;
    pointer.remove_prefix(token.size());
  }
  return walk.value();
}

}  // namespace candela::json
