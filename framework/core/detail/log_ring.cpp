#include <candela/core/detail/log_ring.hpp>
#include <cstring>

namespace candela::log::detail {

char* log_ring::reserve(std::size_t bytes) noexcept {
  const std::size_t padded = (bytes + 7) & ~std::size_t{7};
  const std::size_t needed = padded + sizeof(record_header);
  const std::uint64_t head = head_.load(std::memory_order_relaxed);
  const std::size_t to_end = capacity_ - (head & (capacity_ - 1));
  const std::size_t skipped = needed <= to_end ? 0 : to_end;
  if (head + skipped + needed - known_tail_ > capacity_) known_tail_ = tail_.load(std::memory_order_acquire);
  if (needed > capacity_ / 2 || head + skipped + needed - known_tail_ > capacity_) {
    count_dropped();
    return nullptr;
  }
  if (skipped != 0) {
    const record_header filler{0};
    std::memcpy(at(head), &filler, sizeof filler);
  }
  const record_header header{bytes};
  std::memcpy(at(head + skipped), &header, sizeof header);
  reserved_ = head + skipped + needed;
  return at(head + skipped) + sizeof header;
}

// Sequentially consistent with the reader's announcement that it goes to sleep: one of the two sees the other.
bool log_ring::commit() noexcept {
  const std::uint64_t before = head_.load(std::memory_order_relaxed);
  head_.store(reserved_, std::memory_order_seq_cst);
  const std::uint64_t half = capacity_ / 2;
  if (reserved_ - known_tail_ < half) return false;
  known_tail_ = tail_.load(std::memory_order_acquire);
  return reserved_ - known_tail_ >= half && before - known_tail_ < half;
}

std::span<const char> log_ring::front() noexcept {
  const std::uint64_t head = head_.load(std::memory_order_acquire);
  std::uint64_t tail = tail_.load(std::memory_order_relaxed);
  if (tail == head) return {};
  record_header header;
  std::memcpy(&header, at(tail), sizeof header);
  if (header.bytes == 0) {
    tail += capacity_ - (tail & (capacity_ - 1));
    tail_.store(tail, std::memory_order_release);
    std::memcpy(&header, at(tail), sizeof header);
  }
  return {at(tail) + sizeof header, header.bytes};
}

void log_ring::pop() noexcept {
  const std::size_t padded = (front().size() + 7) & ~std::size_t{7};
  const std::uint64_t tail = tail_.load(std::memory_order_relaxed);
  tail_.store(tail + sizeof(record_header) + padded, std::memory_order_release);
}

}  // namespace candela::log::detail
