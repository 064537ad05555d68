#include <algorithm>
#include <candela/db/postgres/detail/message_reader.hpp>
#include <cstring>

namespace candela::db::postgres {

message_reader::message_reader(std::size_t longest_message) : longest_(longest_message) { resize(ordinary_bytes); }

void message_reader::resize(std::size_t bytes) {
  auto fresh = std::make_unique_for_overwrite<char[]>(bytes);
  if (end_ != begin_) std::memcpy(fresh.get(), memory_.get() + begin_, end_ - begin_);
  memory_ = std::move(fresh);
  capacity_ = bytes;
  end_ -= begin_;
  begin_ = 0;
}

std::span<char> message_reader::space() {
  const std::size_t left = end_ - begin_;
  if (left == 0) {
    begin_ = end_ = 0;
    if (capacity_ > ordinary_bytes) resize(ordinary_bytes);
    return {memory_.get(), capacity_};
  }
  std::size_t wanted = ordinary_bytes;
  if (left >= head_bytes) {
    // In steps, as the bytes come: a length alone must not cost memory.
    const std::size_t whole = 1 + db::detail::load_network<std::uint32_t>(memory_.get() + begin_ + 1);
    wanted = std::max(ordinary_bytes, std::min(whole, left * 2));
  }
  if (wanted > capacity_) {
    resize(wanted);
  } else if (capacity_ - end_ < capacity_ / 2) {
    std::memmove(memory_.get(), memory_.get() + begin_, left);
    begin_ = 0;
    end_ = left;
  }
  if (end_ == capacity_) resize(capacity_ * 2);
  return {memory_.get() + end_, capacity_ - end_};
}

std::string_view body_reader::bytes(std::size_t count) noexcept {
  if (count > left_.size()) {
    good_ = false;
    left_ = {};
    return {};
  }
  const std::string_view taken = left_.substr(0, count);
  left_.remove_prefix(count);
  return taken;
}

std::string_view body_reader::text() noexcept {
  const std::size_t end = left_.find('\0');
  if (end == std::string_view::npos) {
    good_ = false;
    left_ = {};
    return {};
  }
  const std::string_view taken = left_.substr(0, end);
  left_.remove_prefix(end + 1);
  return taken;
}

}  // namespace candela::db::postgres
