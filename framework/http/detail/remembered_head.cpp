#include <algorithm>
#include <atomic>
#include <candela/core/secret.hpp>
#include <candela/http/detail/head_scanner.hpp>
#include <candela/http/detail/remembered_head.hpp>
#include <span>

namespace candela::http::detail {

namespace {

constexpr std::string_view head_end = "\r\n\r\n";

// Of all connections: who asks must never be taken for somebody else, whoever keeps what about a number.
std::uint64_t next_number() noexcept {
  static std::atomic<std::uint64_t> last = 0;
  return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

// As memcmp tells equal from not equal, and no sooner for bytes that differ early.
int compare_secrets(const void* left, const void* right, std::size_t bytes) noexcept {
  const auto bytes_of = [&](const void* from) { return std::span(static_cast<const std::byte*>(from), bytes); };
  return equal_secrets(bytes_of(left), bytes_of(right)) ? 0 : 1;
}

}  // namespace

bool remembered_head::adapts(const char* begin, const char* end, const head_limits& limits) noexcept {
  bytes_ = none;
  head_.number = 0;
  if (pattern_.bytes == 0) return false;
  // What has become too long for learning can still be adapted.
  const bool learns = ++adaptations_ >= adaptations_before_learning && head_.bytes <= head_pattern::max_bytes;
  if (!learns && read_similar_head(begin, end, limits, pattern_, head_)) [[likely]]
    return true;
  pattern_.bytes = 0;
  return false;
}

void remembered_head::make_room(std::size_t bytes) {
  if (bytes <= room_) return;
  constexpr std::size_t step = 64;
  const std::size_t room = (bytes + step - 1) / step * step;
  copies_ = std::make_unique_for_overwrite<char[]>(2 * room);
  room_ = room;
}

bool remembered_head::learn(const char* begin, const char* end, const head_limits& limits) {
  bytes_ = none;
  pattern_.bytes = 0;
  adaptations_ = 0;
  memo_ = {};
  head_ = request_head{};
  const std::string_view arrived(begin, std::min(head_pattern::max_bytes, static_cast<std::size_t>(end - begin)));
  const std::size_t found = arrived.find(head_end);
  if (found == std::string_view::npos) return false;
  const std::size_t bytes = found + head_end.size();
  make_room(bytes);
  char* const text = copies_.get();
  char* const parsed = text + room_;
  std::memcpy(text, begin, bytes);
  std::memcpy(parsed, begin, bytes);
  head_.headers = headers(fields_, no_memory_);
  head_error ignored;
  head_limits bounded = limits;
  bounded.max_headers = std::min(limits.max_headers, head_pattern::max_fields);
  if (parse_head(parsed, parsed + bytes, bounded, head_, ignored) != head_outcome::complete) return false;
  if (head_.framing != body_framing::none || head_.upgrade || !head_.keep_alive) return false;
  bytes_ = head_.bytes;
  head_.number = next_number();
  const std::span fields(head_.headers.begin(), head_.headers.end());
  compare_ = std::ranges::any_of(fields, head_pattern::may_be_secret) ? compare_secrets : std::memcmp;
  pattern_.text = text;
  pattern_.describe(head_, parsed);
  return true;
}

}  // namespace candela::http::detail
