#include <candela/store/revocation_list.hpp>

#include <array>
#include <bit>
#include <candela/core/keyed_hash.hpp>
#include <candela/core/text.hpp>
#include <limits>
#include <optional>

namespace candela::store {

namespace {

constexpr std::array<std::string_view, 5> names{"jti", "sub", "kid", "iss", "txn"};

std::optional<char> kind_of(std::string_view name) noexcept {
  for (std::size_t i = 0; i != names.size(); ++i) {
    if (names[i] == name) return static_cast<char>(i);
  }
  return std::nullopt;
}

}  // namespace

std::string_view name_of(revocable kind) noexcept { return names[static_cast<std::size_t>(kind)]; }

bool revocation_list::contains(revocable kind, std::string_view value) const noexcept {
  if (size_ == 0 || value.empty() || value.size() >= max_entry_bytes) return false;
  std::array<char, max_entry_bytes> entry;
  entry[0] = static_cast<char>(kind);
  value.copy(entry.data() + 1, value.size());
  const std::string_view wanted(entry.data(), value.size() + 1);
  const std::uint64_t hash = keyed_hash::of_process()(wanted);
  const std::size_t mask = places_.size() - 1;
  for (std::size_t at = hash & mask; places_[at].size != 0; at = (at + 1) & mask) {
    const place& there = places_[at];
    if (there.hash == hash && std::string_view(text_).substr(there.begin, there.size) == wanted) return true;
  }
  return false;
}

std::expected<void, std::string> revocation_list_builder::add(std::string_view entry) {
  const std::size_t colon = entry.find(':');
  const auto kind = kind_of(entry.substr(0, colon));
  if (colon == std::string_view::npos || !kind) {
    return std::unexpected("an entry begins with jti:, sub:, kid:, iss: or txn:");
  }
  const std::string_view value = entry.substr(colon + 1);
  if (value.empty() || value.size() >= revocation_list::max_entry_bytes) {
    return std::unexpected("an entry's value has 1 to 1023 bytes");
  }
  if (entries_.size() == most_ || text_.size() > std::numeric_limits<std::uint32_t>::max() - value.size() - 1) {
    return std::unexpected("there are more than " + std::to_string(most_) + " entries");
  }
  entries_.push_back({static_cast<std::uint32_t>(text_.size()), static_cast<std::uint32_t>(value.size() + 1)});
  text_ += *kind;
  text_ += value;
  return {};
}

std::expected<void, std::string> revocation_list_builder::add_lines(std::string_view text) {
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    line = trim(line);
    if (line.empty() || line.front() == '#') continue;
    if (auto added = add(line); !added) {
      return std::unexpected("line " + std::to_string(number) + ": " + added.error());
    }
  }
  return {};
}

revocation_list revocation_list_builder::build() && {
  revocation_list made;
  made.text_ = std::move(text_);
  made.size_ = entries_.size();
  made.places_.resize(std::bit_ceil(entries_.size() * 2 + 1));
  const std::size_t mask = made.places_.size() - 1;
  for (const span& each : entries_) {
    const std::uint64_t hash = keyed_hash::of_process()(std::string_view(made.text_).substr(each.begin, each.size));
    std::size_t at = hash & mask;
    while (made.places_[at].size != 0) at = (at + 1) & mask;
    made.places_[at] = {hash, each.begin, each.size};
  }
  return made;
}

}  // namespace candela::store
