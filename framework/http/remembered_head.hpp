// The last head of a connection, kept with what it was parsed into: a client that repeats itself is parsed once.
#pragma once

#include <algorithm>
#include <candela/http/head_parser.hpp>
#include <candela/http/request_sink.hpp>
#include <cstring>

namespace candela::http {

/// A bounded copy of one head without a body, its parsed form (views into the copy) and what the server found for it.
/// Two heads are the same when every byte is.
class remembered_head {
 public:
  static constexpr std::size_t max_bytes = 512;
  static constexpr std::size_t max_fields = 12;

  /// Whether the bytes at [begin, end) start with this very head.
  [[nodiscard]] bool matches(const char* begin, const char* end) const noexcept {
    return bytes_ != 0 && static_cast<std::size_t>(end - begin) >= bytes_ && std::memcmp(begin, copy_, bytes_) == 0;
  }

  /// Parses the head at the start of [begin, end) in a copy and keeps it; forgets the one before. False when it is not
  /// complete, not fit for remembering (too large, a body follows) or refused: then nothing is remembered.
  bool learn(const char* begin, const char* end, const head_limits& limits) noexcept {
    bytes_ = 0;
    memo_ = {};
    const std::size_t available = std::min(max_bytes, static_cast<std::size_t>(end - begin));
    std::memcpy(copy_, begin, available);
    std::memcpy(parsed_copy_, begin, available);
    head_ = request_head{};
    head_.headers = headers(fields_, no_memory_);
    head_error ignored;
    head_limits bounded = limits;
    bounded.max_headers = std::min(limits.max_headers, max_fields);
    if (parse_head(parsed_copy_, parsed_copy_ + available, bounded, head_, ignored) != head_outcome::complete)
      return false;
    if (head_.framing != body_framing::none || head_.upgrade || !head_.keep_alive) return false;
    bytes_ = head_.bytes;
    return true;
  }

  [[nodiscard]] const request_head& head() const noexcept { return head_; }
  [[nodiscard]] head_memo& memo() noexcept { return memo_; }

 private:
  std::size_t bytes_ = 0;
  char copy_[max_bytes];         // as it arrived, for comparing
  char parsed_copy_[max_bytes];  // as parsed: the parser turns unknown names to lower case in place
  header_field fields_[max_fields];
  request_head head_;
  head_memo memo_;
  arena no_memory_;  // never used: the fields fit their storage
};

}  // namespace candela::http
