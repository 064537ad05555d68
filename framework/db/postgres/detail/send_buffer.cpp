#include <algorithm>
#include <candela/db/postgres/detail/send_buffer.hpp>

namespace candela::db::postgres {

void send_buffer::consume(std::size_t bytes) noexcept {
  begin_ += bytes;
  if (begin_ != end_) return;
  begin_ = end_ = 0;
  if (capacity_ > 4 * ordinary_bytes) {
    memory_.reset();
    capacity_ = 0;
  }
}

void send_buffer::grow(std::size_t bytes) {
  const std::size_t kept = end_ - begin_;
  // One that is never quite empty must not grow with all that has gone through it.
  if (kept + bytes <= capacity_ / 2) {
    std::memmove(memory_.get(), memory_.get() + begin_, kept);
    begin_ = 0;
    end_ = kept;
    return;
  }
  const std::size_t wanted = std::max({ordinary_bytes, capacity_ * 2, kept + bytes});
  auto fresh = std::make_unique_for_overwrite<char[]>(wanted);
  if (kept != 0) std::memcpy(fresh.get(), memory_.get() + begin_, kept);
  memory_ = std::move(fresh);
  capacity_ = wanted;
  begin_ = 0;
  end_ = kept;
}

}  // namespace candela::db::postgres
