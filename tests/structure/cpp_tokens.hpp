// C++ text as a row of tokens: enough for a lint that must not be fooled by comments and strings.
#pragma once

#include <string_view>
#include <vector>

namespace candela::structure {

/// A word, a number, one punctuation character, or a whole literal. `text` points into the text that was read.
struct cpp_token {
  enum class kind { word, punctuation, literal, raw_string };
  kind what;
  std::string_view text;  ///< of a raw string only what stands between its delimiters
  std::size_t line;       ///< of its first character, from 1

  [[nodiscard]] bool is(std::string_view expected) const {
    return what != kind::literal && what != kind::raw_string && text == expected;
  }
};

/// The tokens of `text`. Comments are left out; a preprocessor line is set between two `;` of its own.
std::vector<cpp_token> cpp_tokens(std::string_view text);

}  // namespace candela::structure
