// Likeness of words by edit distance, and the rendering of words in messages.
#include <candela/config/detail/words.hpp>

#include <algorithm>
#include <array>
#include <numeric>
#include <vector>

#include <fmt/format.h>

namespace candela::config::detail {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }
char folded(char c) { return c == '-' ? '_' : lower(c); }

// Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment); case and '-' for '_' are
// free.
std::size_t distance(std::string_view left, std::string_view right) {
  std::vector<std::size_t> before_last(right.size() + 1), last(right.size() + 1), row(right.size() + 1);
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= left.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= right.size(); ++j) {
      const char a = folded(left[i - 1]), b = folded(right[j - 1]);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a == b ? 0 : 1)});
      const bool swapped = i > 1 && j > 1 && a == folded(right[j - 2]) && folded(left[i - 2]) == b;
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    before_last.swap(last);
    last.swap(row);
  }
  return last[right.size()];
}

constexpr std::size_t longest_word = 64;
constexpr std::size_t longest_shown = 60;

constexpr std::array<std::string_view, 12> secret_words = {"password", "passwords",  "passphrase",  "secret",
                                                           "secrets",  "token",      "tokens",      "key",
                                                           "keys",     "credential", "credentials", "private"};

}  // namespace

std::string_view closest(std::string_view word, std::span<const std::string_view> known) {
  if (word.size() > longest_word) return {};
  std::string_view best;
  std::size_t best_distance = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const std::string_view candidate : known) {
    if (candidate.size() > longest_word) continue;
    const std::size_t edits = distance(word, candidate);
    if (edits < best_distance && edits < candidate.size()) {
      best = candidate;
      best_distance = edits;
    }
  }
  return best;
}

bool names_secret(std::string_view key) {
  std::string word;
  const auto is_secret = [&word] { return std::ranges::find(secret_words, word) != secret_words.end(); };
  for (const char c : key) {
    if (c == '_' || c == '-' || c == '.') {
      if (is_secret()) return true;
      word.clear();
    } else {
      word += lower(c);
    }
  }
  return is_secret();
}

std::string in_quotes(std::string_view text) {
  std::size_t end = std::min(text.size(), longest_shown);
  while (end < text.size() && end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  std::string shown(text.substr(0, end));
  std::ranges::replace_if(shown, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, '?');
  return fmt::format("\"{}{}\"", shown, end < text.size() ? "..." : "");
}

std::string joined(std::span<const std::string_view> words) { return fmt::format("{}", fmt::join(words, ", ")); }

std::string did_you_mean(std::string_view word) {
  return word.empty() ? std::string() : fmt::format("did you mean \"{}\"?", word);
}

}  // namespace candela::config::detail
