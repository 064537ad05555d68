#include <algorithm>
#include <candela/custody/detail/scope.hpp>

namespace candela::custody::detail {

namespace {

// Takes the next word from the front; empty at the end.
std::string_view next_word(std::string_view& text) noexcept {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  const std::string_view word = text.substr(0, text.find(' '));
  text.remove_prefix(word.size());
  return word;
}

bool holds(std::string_view list, std::string_view wanted) noexcept {
  for (std::string_view word = next_word(list); !word.empty(); word = next_word(list)) {
    if (word == wanted) return true;
  }
  return false;
}

}  // namespace

bool is_within(std::string_view narrower, const std::optional<std::string_view>& wider) noexcept {
  if (!wider) return false;
  for (std::string_view word = next_word(narrower); !word.empty(); word = next_word(narrower)) {
    if (!holds(*wider, word)) return false;
  }
  return true;
}

}  // namespace candela::custody::detail
