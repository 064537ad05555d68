// Statements: declared once as constants, prepared once per connection, found there by number.
#pragma once

#include <algorithm>
#include <atomic>
#include <candela/core/text.hpp>
#include <cstdint>
#include <string_view>

namespace candela::db {

/// Promises that a statement changes nothing: it may be sent twice, go to a reader, and share a Sync with others.
struct read_only_t {};
inline constexpr read_only_t read_only{};

namespace detail {

/// Whether it begins with a word that only statements which change something begin with.
constexpr bool begins_like_a_write(std::string_view text) noexcept {
  text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n("), text.size()));
  const std::string_view word = text.substr(0, text.find_first_of(" \t\r\n(;"));
  constexpr std::string_view writing[] = {"insert", "update", "delete", "merge", "replace", "truncate", "create",
                                          "alter",  "drop",   "call",   "do",    "grant",   "revoke",   "vacuum"};
  for (const std::string_view each : writing) {
    if (equal_ignoring_case(word, each)) return true;
  }
  return false;
}

}  // namespace detail

/// One SQL statement with parameters `$1`, `$2`, ... Declared as a constant of static storage, and passed to queries by
/// reference from any thread:
///
///     constexpr db::statement find_world{"SELECT id, randomnumber FROM world WHERE id = $1", db::read_only};
///
/// Within a function it is `static constexpr`. Identity is the object, not the text. The text is a literal: what users
/// type can never become SQL, it becomes a parameter. PostgreSQL chooses the parameters' types; where it cannot, say
/// them in portable SQL: `CAST($1 AS bigint)`. One that promises to read and begins like one that writes does not
/// compile.
class statement {
 public:
  consteval statement(const char* text) noexcept : text_(text) {}
  consteval statement(const char* text, read_only_t) : text_(text), reads_(true) {
    if (detail::begins_like_a_write(text_)) throw "a statement that writes is declared read_only";
  }
  statement(const statement&) = delete;
  statement& operator=(const statement&) = delete;

  [[nodiscard]] constexpr std::string_view text() const noexcept { return text_; }
  [[nodiscard]] constexpr bool reads_only() const noexcept { return reads_; }

  /// From 1, in the order of first use in this process; never changes afterwards. Any thread. Throws `std::logic_error`
  /// for an object of a function's or a coroutine's frame, or of the heap: it would be another statement at each use,
  /// and the server would keep them all.
  [[nodiscard]] std::uint32_t number() const {
    const std::uint32_t known = number_.load(std::memory_order_relaxed);
    return known != 0 ? known : assign_number();
  }

 private:
  [[gnu::cold, gnu::noinline]] std::uint32_t assign_number() const;

  std::string_view text_;
  bool reads_ = false;
  mutable std::atomic<std::uint32_t> number_{0};
};

}  // namespace candela::db
