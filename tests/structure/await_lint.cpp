#include "tests/structure/await_lint.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "tests/structure/cpp_tokens.hpp"

namespace candela::structure {

namespace {

using token_list = std::vector<cpp_token>;

constexpr std::array<std::string_view, 9> statement_words{"if",     "for", "while", "switch",   "do",
                                                          "return", "try", "throw", "co_return"};
constexpr std::array<std::string_view, 5> condition_words{"if", "for", "while", "switch", "constexpr"};
constexpr std::array<std::string_view, 11> words_before_block{
    "else", "do", "try", "mutable", "noexcept", "const", "final", "override", "catch", "extern", "namespace"};

template <std::size_t Count>
bool is_one_of(const cpp_token& token, const std::array<std::string_view, Count>& words) {
  return token.what == cpp_token::kind::word && std::ranges::find(words, token.text) != words.end();
}

class await_linter {
 public:
  explicit await_linter(token_list tokens) : tokens_(std::move(tokens)), partners_(tokens_.size(), none) { pair_up(); }

  std::vector<await_finding> run() {
    for (std::size_t i = 0; i != tokens_.size(); ++i) {
      if (tokens_[i].what == cpp_token::kind::raw_string) look_into(tokens_[i]);
      if (tokens_[i].is("co_await") && !(i > 0 && tokens_[i - 1].is("operator"))) check(i);
    }
    return std::move(findings_);
  }

 private:
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  void pair_up() {
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i != tokens_.size(); ++i) {
      if (opens(i)) open.push_back(i);
      if (!closes(i) || open.empty()) continue;
      partners_[i] = open.back();
      partners_[open.back()] = i;
      open.pop_back();
    }
  }

  void look_into(const cpp_token& raw_string) {
    for (await_finding& finding : lint_awaits(raw_string.text)) {
      findings_.push_back({raw_string.line + finding.line - 1, std::move(finding.what)});
    }
  }

  void check(std::size_t await) {
    const std::size_t end = expression_end(await);
    for (std::size_t i = expression_begin(await); i < end; ++i) {
      if (tokens_[i].is("?")) return findings_.push_back({tokens_[await].line, "a conditional"});
      if (!tokens_[i].is("{")) continue;
      if (!is_block(i)) return findings_.push_back({tokens_[await].line, "braces"});
      // A lambda's body is another function; but the co_await may itself stand in this one.
      if (partners_[i] != none && (partners_[i] < await || i > await)) i = partners_[i];
    }
  }

  [[nodiscard]] std::size_t expression_begin(std::size_t await) const {
    std::size_t i = await;
    while (i > 0) {
      const std::size_t before = i - 1;
      if (tokens_[before].is(";") || opens_statement(before) || ends_statement(before)) return i;
      i = closes(before) && partners_[before] != none ? partners_[before] : before;
    }
    return 0;
  }

  [[nodiscard]] std::size_t expression_end(std::size_t await) const {
    for (std::size_t i = await; i < tokens_.size(); ++i) {
      if (tokens_[i].is(";")) return i;
      if (closes(i) && partners_[i] != none && opens_statement(partners_[i])) return i;
      if (opens(i) && partners_[i] != none) i = partners_[i];
    }
    return tokens_.size();
  }

  // A block's brace or the parenthesis of a condition: what follows begins an expression of its own.
  [[nodiscard]] bool opens_statement(std::size_t i) const {
    if (tokens_[i].is("{")) return is_block(i);
    return tokens_[i].is("(") && i > 0 && is_one_of(tokens_[i - 1], condition_words);
  }

  // The end of a condition, or of a block that is a statement and not the body of a lambda in a larger expression.
  [[nodiscard]] bool ends_statement(std::size_t i) const {
    if (!closes(i) || partners_[i] == none || !opens_statement(partners_[i])) return false;
    if (tokens_[i].is(")")) return true;
    constexpr std::array<std::string_view, 6> after_lambda{",", ")", "(", "]", ".", "}"};
    const auto follows = [&](std::string_view mark) { return i + 1 < tokens_.size() && tokens_[i + 1].is(mark); };
    return std::ranges::none_of(after_lambda, follows);
  }

  // True for the brace of a block or a body, false for one that initialises an object.
  [[nodiscard]] bool is_block(std::size_t open) const {
    if (open == 0 || partners_[open] == none) return true;
    const cpp_token& before = tokens_[open - 1];
    if (before.is(")") || before.is(";") || is_one_of(before, words_before_block)) return true;
    if (before.is("]")) return is_lambda_introducer(open - 1);
    return holds_statements(open);
  }

  [[nodiscard]] bool holds_statements(std::size_t open) const {
    for (std::size_t i = open + 1; i < partners_[open]; ++i) {
      if (tokens_[i].is(";") || is_one_of(tokens_[i], statement_words)) return true;
      if (opens(i) && partners_[i] != none) i = partners_[i];
    }
    return false;
  }

  // [x] {} is a lambda, but values[x] and new int[x] are not.
  [[nodiscard]] bool is_lambda_introducer(std::size_t close) const {
    const std::size_t open = partners_[close];
    if (open == none || open == 0) return true;
    const cpp_token& before = tokens_[open - 1];
    if (before.what == cpp_token::kind::word) return is_one_of(before, statement_words);
    return !before.is(")") && !before.is("]");
  }

  [[nodiscard]] bool opens(std::size_t i) const {
    return tokens_[i].is("(") || tokens_[i].is("[") || tokens_[i].is("{");
  }
  [[nodiscard]] bool closes(std::size_t i) const {
    return tokens_[i].is(")") || tokens_[i].is("]") || tokens_[i].is("}");
  }

  token_list tokens_;
  std::vector<std::size_t> partners_;
  std::vector<await_finding> findings_;
};

}  // namespace

std::vector<await_finding> lint_awaits(std::string_view text) { return await_linter(cpp_tokens(text)).run(); }

}  // namespace candela::structure
