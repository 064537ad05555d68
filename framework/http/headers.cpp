// The parts of the header table that are not on every request's way: lookup by name, change, growth, pinning.
#include <algorithm>
#include <candela/http/detail/characters.hpp>
#include <candela/http/headers.hpp>

namespace candela::http {
namespace {

std::string_view lower_copy(std::string_view name, arena& memory) {
  char* copy = static_cast<char*>(memory.allocate(name.size(), 1));
  std::transform(name.begin(), name.end(), copy, detail::to_lower);
  return {copy, name.size()};
}

// Matches fields without a token; `equals_lower` takes the stored name as its lower-case side.
auto named(std::string_view name) {
  return [name](const header_field& field) {
    return field.token == header::unknown && detail::equals_lower(name, field.name);
  };
}

}  // namespace

std::string_view headers::get(std::string_view name) const noexcept {
  if (const header token = token_of(name); token != header::unknown) return get(token);
  const auto* field = std::find_if(begin(), end(), named(name));
  return field == end() ? std::string_view{} : field->value;
}

std::size_t headers::count(header token) const noexcept {
  if (!has(token)) return 0;
  return static_cast<std::size_t>(
      std::count_if(begin(), end(), [token](const header_field& field) { return field.token == token; }));
}

void headers::add(std::string_view name, std::string_view value) {
  if (const header token = token_of(name); token != header::unknown) return add(token, value);
  if (size_ == capacity_) grow();
  append({header::unknown, lower_copy(name, *arena_), value});
}

void headers::set(header token, std::string_view value) {
  remove(token);
  add(token, value);
}

void headers::set(std::string_view name, std::string_view value) {
  if (const header token = token_of(name); token != header::unknown) return set(token, value);
  remove(name);
  add(name, value);
}

template <class Predicate>
std::size_t headers::remove_where(Predicate matches) noexcept {
  header_field* kept = std::remove_if(fields_, fields_ + size_, matches);
  const auto removed = static_cast<std::size_t>(fields_ + size_ - kept);
  size_ -= static_cast<std::uint32_t>(removed);
  return removed;
}

std::size_t headers::remove(header token) noexcept {
  if (!has(token)) return 0;
  present_ &= ~bit(token);
  return remove_where([token](const header_field& field) { return field.token == token; });
}

std::size_t headers::remove(std::string_view name) noexcept {
  if (const header token = token_of(name); token != header::unknown) return remove(token);
  return remove_where(named(name));
}

void headers::pin(arena& memory) {
  const std::span<header_field> table = memory.make_array<header_field>(std::max<std::size_t>(size_ + 4, 8));
  for (std::size_t i = 0; i != size_; ++i) {
    table[i] = fields_[i];
    // Names of tokens are static text.
    if (table[i].token == header::unknown) table[i].name = memory.copy(table[i].name);
    table[i].value = memory.copy(table[i].value);
  }
  fields_ = table.data();
  capacity_ = static_cast<std::uint32_t>(table.size());
  arena_ = &memory;
}

void headers::grow() {
  const std::span<header_field> table = arena_->make_array<header_field>(std::max<std::size_t>(capacity_ * 2, 8));
  std::copy(begin(), end(), table.begin());
  fields_ = table.data();
  capacity_ = static_cast<std::uint32_t>(table.size());
}

}  // namespace candela::http
