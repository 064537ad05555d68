#include <algorithm>
#include <candela/db/postgres/detail/prepared.hpp>
#include <charconv>

namespace candela::db::postgres {

prepared::prepared(const statement& of) noexcept : what(of) {
  name[0] = 's';
  const char* end = std::to_chars(name.data() + 1, name.data() + name.size() - 1, of.number()).ptr;
  name_size = static_cast<std::uint8_t>(end - name.data() + 1);
}

void prepared::rename() noexcept {
  char* at = name.data() + name_size - 1;
  if (renamed != 0) at = std::find(name.data(), at, '_');
  *at++ = '_';
  at = std::to_chars(at, name.data() + name.size() - 1, ++renamed).ptr;
  *at++ = '\0';
  name_size = static_cast<std::uint8_t>(at - name.data());
}

prepared& prepared_table::add(const statement& what, std::uint32_t number) {
  if (number >= entries_.size()) entries_.resize(number + 1);
  entries_[number] = std::make_unique<prepared>(what);
  return *entries_[number];
}

void prepared_table::clear() noexcept {
  for (auto& entry : entries_) {
    if (entry == nullptr) continue;
    entry->state = prepared::stage::unsent;
    entry->known_there = false;
  }
}

const description& description_catalog::intern(const statement& what, std::vector<column> columns) {
  const std::uint32_t number = what.number();
  if (number >= by_number_.size()) by_number_.resize(number + 1);
  auto& known = by_number_[number];
  for (const auto& each : known) {
    if (std::ranges::equal(each->columns(), columns)) return *each;
  }
  return *known.emplace_back(std::make_unique<description>(std::move(columns)));
}

}  // namespace candela::db::postgres
