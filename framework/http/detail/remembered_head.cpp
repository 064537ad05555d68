#include <algorithm>
#include <candela/http/detail/head_scanner.hpp>
#include <candela/http/detail/remembered_head.hpp>

namespace candela::http::detail {

bool remembered_head::adapts(const char* begin, const char* end, const head_limits& limits) noexcept {
  bytes_ = none;
  if (pattern_.bytes == 0) return false;
  // What has become too long for learning can still be adapted.
  const bool learns = ++adaptations_ >= adaptations_before_learning && head_.bytes <= head_pattern::max_bytes;
  if (!learns && read_similar_head(begin, end, limits, pattern_, head_)) [[likely]]
    return true;
  pattern_.bytes = 0;
  return false;
}

bool remembered_head::learn(const char* begin, const char* end, const head_limits& limits) noexcept {
  bytes_ = none;
  pattern_.bytes = 0;
  adaptations_ = 0;
  memo_ = {};
  const std::size_t available = std::min(sizeof pattern_.text, static_cast<std::size_t>(end - begin));
  std::memcpy(pattern_.text, begin, available);
  std::memcpy(parsed_copy_, begin, available);
  head_ = request_head{};
  head_.headers = headers(fields_, no_memory_);
  head_error ignored;
  head_limits bounded = limits;
  bounded.max_headers = std::min(limits.max_headers, head_pattern::max_fields);
  if (parse_head(parsed_copy_, parsed_copy_ + available, bounded, head_, ignored) != head_outcome::complete)
    return false;
  if (head_.framing != body_framing::none || head_.upgrade || !head_.keep_alive) return false;
  bytes_ = head_.bytes;
  pattern_.describe(head_, parsed_copy_);
  return true;
}

}  // namespace candela::http::detail
