// Access to dynamic values, JSON Pointers, comparison.
#include <algorithm>
#include <candela/json/value.hpp>
#include <charconv>

namespace candela::json {
namespace {

// Compares a pointer's token with a name; in tokens "~1" stands for '/' and "~0" for '~' (RFC 6901 section 4).
bool token_is(std::string_view token, std::string_view name) {
  std::size_t at = 0;
  for (const char byte : name) {
    if (at == token.size()) return false;
    char wanted = token[at++];
    if (wanted == '~') {
      if (at == token.size() || (token[at] != '0' && token[at] != '1')) return false;
      wanted = token[at++] == '1' ? '/' : '~';
    }
    if (wanted != byte) return false;
  }
  return at == token.size();
}

// An array index has no sign and no leading zero (RFC 6901 section 4).
std::optional<std::size_t> index_of(std::string_view token) {
  std::size_t index = 0;
  if (token.empty() || (token.size() > 1 && token[0] == '0')) return std::nullopt;
  const auto [end, wrong] = std::from_chars(token.data(), token.data() + token.size(), index);
  if (wrong != std::errc{} || end != token.data() + token.size()) return std::nullopt;
  return index;
}

bool same_number(const value& left, const value& right) {
  if (left.integer() && right.integer()) return *left.integer() == *right.integer();
  if (left.unsigned_integer() && right.unsigned_integer()) return *left.unsigned_integer() == *right.unsigned_integer();
  return *left.number() == *right.number();
}

bool same_members(std::span<const member> left, std::span<const member> right, const value& right_object) {
  if (left.size() != right.size()) return false;
  for (std::size_t i = 0; i != left.size(); ++i) {
    const value* other = right[i].name == left[i].name ? &right[i].item : right_object.find(left[i].name);
    if (other == nullptr || !(left[i].item == *other)) return false;
  }
  return true;
}

}  // namespace

value::value(std::span<const member> members) noexcept
    : kind_(kind::object), size_(static_cast<std::uint32_t>(members.size())), members_(members.data()) {}

std::optional<bool> value::boolean() const noexcept {
  return kind_ == kind::boolean ? std::optional(boolean_) : std::nullopt;
}

std::optional<std::int64_t> value::integer() const noexcept {
  if (kind_ == kind::integer) return integer_;
  if (kind_ == kind::unsigned_integer && unsigned_ <= INT64_MAX) return static_cast<std::int64_t>(unsigned_);
  return std::nullopt;
}

std::optional<std::uint64_t> value::unsigned_integer() const noexcept {
  if (kind_ == kind::unsigned_integer) return unsigned_;
  if (kind_ == kind::integer && integer_ >= 0) return static_cast<std::uint64_t>(integer_);
  return std::nullopt;
}

std::optional<double> value::number() const noexcept {
  switch (kind_) {
    case kind::integer: return static_cast<double>(integer_);
    case kind::unsigned_integer: return static_cast<double>(unsigned_);
    case kind::floating: return floating_;
    default: return std::nullopt;
  }
}

std::optional<std::string_view> value::string() const noexcept {
  return kind_ == kind::string ? std::optional(std::string_view(text_, size_)) : std::nullopt;
}

std::span<const value> value::elements() const noexcept {
  return kind_ == kind::array ? std::span(elements_, size_) : std::span<const value>();
}

std::span<const member> value::members() const noexcept {
  return kind_ == kind::object ? std::span(members_, size_) : std::span<const member>();
}

const value* value::find(std::string_view name) const noexcept {
  const auto all = members();
  const auto found = std::ranges::find(all, name, &member::name);
  return found == all.end() ? nullptr : &found->item;
}

const value* value::step(std::string_view token) const noexcept {
  if (kind_ == kind::array) {
    const auto index = index_of(token);
    return index && *index < size_ ? elements_ + *index : nullptr;
  }
  for (const member& each : members()) {
    if (token_is(token, each.name)) return &each.item;
  }
  return nullptr;
}

const value* value::at(std::string_view pointer) const noexcept {
  const value* place = this;
  while (place != nullptr && !pointer.empty()) {
    if (pointer[0] != '/') return nullptr;
    pointer.remove_prefix(1);
    const std::string_view token = pointer.substr(0, pointer.find('/'));
    pointer.remove_prefix(token.size());
    place = place->step(token);
  }
  return place;
}

bool operator==(const value& left, const value& right) noexcept {
  if (left.number() && right.number()) return same_number(left, right);
  if (left.kind_ != right.kind_) return false;
  switch (left.kind_) {
    case value::kind::boolean: return left.boolean_ == right.boolean_;
    case value::kind::string: return left.string() == right.string();
    case value::kind::array: return std::ranges::equal(left.elements(), right.elements());
    case value::kind::object: return same_members(left.members(), right.members(), right);
    default: return true;
  }
}

}  // namespace candela::json
