#include <algorithm>
#include <bit>
#include <candela/audit/record_queue.hpp>
#include <cstring>

namespace candela::audit {

record_queue::record_queue(std::size_t bytes, std::size_t max_record_bytes)
    : max_record_bytes_(max_record_bytes),
      capacity_(std::bit_ceil(std::max(bytes, 4 * (max_record_bytes + sizeof(length))))),
      bytes_(new char[capacity_]) {}

bool record_queue::admit() noexcept {
  const std::uint64_t head = head_.load(std::memory_order_relaxed);
  const std::uint64_t end = head + (admitted_ + 1) * (max_record_bytes_ + sizeof(length));
  if (end - known_tail_ > capacity_) {
    known_tail_ = tail_.load(std::memory_order_acquire);
    if (end - known_tail_ > capacity_) return false;
  }
  ++admitted_;
  return true;
}

void record_queue::put(std::string_view record) noexcept {
  --admitted_;
  const auto size = static_cast<length>(record.size());
  std::uint64_t head = head_.load(std::memory_order_relaxed);
  copy_in(head, reinterpret_cast<const char*>(&size), sizeof size);
  copy_in(head + sizeof size, record.data(), record.size());
  // The writer looks at this after it has said that it sleeps, and the worker at that after this: one sees the other.
  head_.store(head + sizeof size + size, std::memory_order_seq_cst);
}

bool record_queue::front(std::string& record) const {
  const std::uint64_t tail = tail_.load(std::memory_order_relaxed);
  if (tail == head_.load(std::memory_order_acquire)) return false;
  record.resize(size_at(tail));
  copy_out(tail + sizeof(length), record.data(), record.size());
  return true;
}

void record_queue::pop() noexcept {
  const std::uint64_t tail = tail_.load(std::memory_order_relaxed);
  tail_.store(tail + sizeof(length) + size_at(tail), std::memory_order_release);
}

record_queue::length record_queue::size_at(std::uint64_t position) const noexcept {
  length size = 0;
  copy_out(position, reinterpret_cast<char*>(&size), sizeof size);
  return size;
}

void record_queue::copy_in(std::uint64_t position, const char* from, std::size_t bytes) noexcept {
  const std::size_t at = position & (capacity_ - 1);
  const std::size_t first = std::min(bytes, capacity_ - at);
  std::memcpy(bytes_.get() + at, from, first);
  std::memcpy(bytes_.get(), from + first, bytes - first);
}

void record_queue::copy_out(std::uint64_t position, char* to, std::size_t bytes) const noexcept {
  const std::size_t at = position & (capacity_ - 1);
  const std::size_t first = std::min(bytes, capacity_ - at);
  std::memcpy(to, bytes_.get() + at, first);
  std::memcpy(to + first, bytes_.get(), bytes - first);
}

}  // namespace candela::audit
