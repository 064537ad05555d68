#include <algorithm>
#include <candela/db/description.hpp>

namespace candela::db {

namespace {

char lower(char letter) noexcept {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

bool same_name(std::string_view left, std::string_view right) noexcept {
  return std::ranges::equal(left, right, [](char a, char b) { return lower(a) == lower(b); });
}

}  // namespace

std::size_t description::find(std::string_view name) const noexcept {
  for (std::size_t i = 0; i != columns_.size(); ++i) {
    if (same_name(columns_[i].name, name)) return i;
  }
  return npos;
}

const std::uint16_t* description::find_positions(const void* key, std::span<const member_request> members,
                                                 std::string_view& missing) const {
  auto positions = std::make_unique<std::uint16_t[]>(members.size());
  for (std::size_t i = 0; i != members.size(); ++i) {
    const std::size_t found = find(members[i].name);
    if (found == npos && !members[i].optional) {
      missing = members[i].name;
      return nullptr;
    }
    positions[i] = found == npos ? absent : static_cast<std::uint16_t>(found);
  }
  return known_.emplace_back(key, std::move(positions)).positions.get();
}

}  // namespace candela::db
