// Finds the token of a name: one hash, one comparison.
#include <candela/http/detail/name_table.hpp>
#include <candela/http/header_name.hpp>
#include <cstring>

namespace candela::http {
namespace {

// Whether the bytes at `text` are those at `lower` in any letter case. Of the characters that names with a token
// consist of only letters have the bit 0x40, and only they may differ in the bit 0x20.
template <class Word>
bool same_word(const char* text, const char* lower) noexcept {
  Word received;
  Word expected;
  std::memcpy(&received, text, sizeof received);
  std::memcpy(&expected, lower, sizeof expected);
  constexpr auto letters = static_cast<Word>(0x4040404040404040);
  return static_cast<Word>(received | (expected & letters) >> 1) == expected;
}

// Words from the front, and one that ends at the end.
template <class Word>
bool same_words(const char* text, const char* lower, std::size_t size) noexcept {
  for (std::size_t at = 0; at + sizeof(Word) < size; at += sizeof(Word)) {
    if (!same_word<Word>(text + at, lower + at)) return false;
  }
  return same_word<Word>(text + size - sizeof(Word), lower + size - sizeof(Word));
}

bool same_name(std::string_view name, std::string_view lower) noexcept {
  if (name.size() != lower.size()) return false;
  if (name.size() >= 8) return same_words<std::uint64_t>(name.data(), lower.data(), name.size());
  if (name.size() >= 4) return same_words<std::uint32_t>(name.data(), lower.data(), name.size());
  return same_words<std::uint16_t>(name.data(), lower.data(), name.size());
}

}  // namespace

header token_of(std::string_view name) noexcept {
  if (name.size() < 2 || name.size() > detail::longest_name) return header::unknown;
  const detail::known_name& candidate = detail::known_names.slots[detail::name_slot(name)];
  return same_name(name, candidate.field.name) ? candidate.field.token : header::unknown;
}

}  // namespace candela::http
