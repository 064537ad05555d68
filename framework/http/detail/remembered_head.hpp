// The last head of a connection, kept with what it was parsed into: a client that repeats itself is parsed once.
// Private.
#pragma once

#include <candela/http/detail/head_pattern.hpp>
#include <candela/http/head_parser.hpp>
#include <candela/http/request_sink.hpp>
#include <cstring>
#include <memory>

namespace candela::http::detail {

/// A bounded copy of one head without a body, its parsed form (views into the copy) and what the server found for it.
/// Two heads are the same when every byte is; of one that may hold secrets it does not show in how long it took to see
/// which byte is not.
class remembered_head {
 public:
  /// Whether the bytes at [begin, end) start with this very head.
  [[nodiscard]] bool matches(const char* begin, const char* end) const noexcept {
    return static_cast<std::size_t>(end - begin) >= bytes_ && compare_(begin, pattern_.text, bytes_) == 0;
  }

  /// Whether a head at [begin, end) differs from this one in nothing but its target and the values of fields that say
  /// nothing about how it is read. Then `head()` is that head, with views into [begin, end), and no head matches. From
  /// time to time it is false just so that the head is learned.
  [[nodiscard]] bool adapts(const char* begin, const char* end, const head_limits& limits) noexcept;

  /// Parses the head at the start of [begin, end) in a copy and keeps it; forgets the one before. False when it is not
  /// complete, not fit for remembering (too large, a body follows) or refused: then nothing is remembered. Throws
  /// `std::bad_alloc`.
  bool learn(const char* begin, const char* end, const head_limits& limits);

  [[nodiscard]] const request_head& head() const noexcept { return head_; }
  [[nodiscard]] head_memo& memo() noexcept { return memo_; }

 private:
  static constexpr std::uint8_t adaptations_before_learning = 128;

  static constexpr auto none = static_cast<std::size_t>(-1);

  void make_room(std::size_t bytes);

  std::size_t bytes_ = none;  // of the head that matches
  int (*compare_)(const void*, const void*, std::size_t) = std::memcmp;
  std::uint8_t adaptations_ = 0;
  std::size_t room_ = 0;
  std::unique_ptr<char[]> copies_;  // two of `room_`: as it arrived, and parsed, with unknown names in lower case
  header_field fields_[head_pattern::max_fields];
  request_head head_;
  head_memo memo_;
  arena no_memory_;       // never used: the fields fit their storage
  head_pattern pattern_;  // for comparing
};

}  // namespace candela::http::detail
