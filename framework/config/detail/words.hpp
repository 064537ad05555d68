// Private: what error messages need to know about words: which are alike, which name secrets, how to show one.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace candela::config::detail {

/// The known word that `word` most likely meant; empty when none is near (edits up to a third of its length).
[[nodiscard]] std::string_view closest(std::string_view word, std::span<const std::string_view> known);

/// Whether a key names something that must not be shown: one of its words is password, secret, token, key or the like.
[[nodiscard]] bool names_secret(std::string_view key);

/// In double quotes on one line: control characters become `?`, and what is long is cut.
[[nodiscard]] std::string in_quotes(std::string_view text);

/// `a, b, c`.
[[nodiscard]] std::string joined(std::span<const std::string_view> words);

/// `did you mean "word"?`, or nothing for an empty word.
[[nodiscard]] std::string did_you_mean(std::string_view word);

}  // namespace candela::config::detail
