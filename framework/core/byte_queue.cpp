#include <algorithm>
#include <candela/core/byte_queue.hpp>
#include <candela/core/poison.hpp>
#include <cstdlib>
#include <cstring>
#include <new>

namespace candela {

// A thread keeps this many empty blocks: as many connections as may get an answer in one turn have one each. More go
// back to the system.
struct block_spares {
  static constexpr std::size_t limit = 128;
  byte_queue::block* first = nullptr;
  std::size_t count = 0;

  ~block_spares() {
    while (first != nullptr) {
      unpoison(first->bytes(), byte_queue::capacity);
      std::free(std::exchange(first, first->next));
    }
  }
};

namespace {
thread_local block_spares spares;
}

byte_queue::block* byte_queue::take_block() {
  block* taken = spares.first;
  if (taken != nullptr) {
    spares.first = taken->next;
    --spares.count;
    unpoison(taken->bytes(), capacity);
  } else {
    taken = static_cast<block*>(std::malloc(block_bytes));
    if (taken == nullptr) throw std::bad_alloc();
  }
  return new (taken) block{nullptr, 0, 0};
}

void byte_queue::give_block(block* spent) noexcept {
  if (spares.count == block_spares::limit) {
    std::free(spent);
    return;
  }
  spent->next = spares.first;
  spares.first = spent;
  ++spares.count;
  poison(spent->bytes(), capacity);
}

std::span<char> byte_queue::prepare() {
  if (last_ == nullptr || last_->end == capacity) {
    block* fresh = take_block();
    (last_ == nullptr ? first_ : last_->next) = fresh;
    last_ = fresh;
  }
  return {last_->bytes() + last_->end, capacity - last_->end};
}

void byte_queue::commit(std::size_t bytes) noexcept {
  last_->end += static_cast<std::uint32_t>(bytes);
  size_ += bytes;
}

void byte_queue::append(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::span<char> room = prepare();
    const std::size_t moved = std::min(room.size(), bytes.size());
    std::memcpy(room.data(), bytes.data(), moved);
    commit(moved);
    bytes.remove_prefix(moved);
  }
}

void byte_queue::append(byte_queue&& other) noexcept {
  if (other.first_ == nullptr) return;
  (last_ == nullptr ? first_ : last_->next) = other.first_;
  last_ = other.last_;
  size_ += other.size_;
  other.first_ = other.last_ = nullptr;
  other.size_ = 0;
}

std::size_t byte_queue::gather(std::span<std::string_view> views) const noexcept {
  std::size_t count = 0;
  for (block* current = first_; current != nullptr && count != views.size(); current = current->next) {
    if (current->begin == current->end) continue;
    views[count++] = {current->bytes() + current->begin, current->end - current->begin};
  }
  return count;
}

std::string_view byte_queue::front() const noexcept {
  std::string_view piece[1];
  return gather(piece) == 0 ? std::string_view() : piece[0];
}

void byte_queue::consume(std::size_t bytes) noexcept {
  if (bytes == size_) return clear();
  size_ -= bytes;
  for (;;) {
    const std::size_t here = first_->end - first_->begin;
    if (bytes < here) {
      first_->begin += static_cast<std::uint32_t>(bytes);
      return;
    }
    bytes -= here;
    give_block(std::exchange(first_, first_->next));
  }
}

void byte_queue::clear() noexcept {
  while (first_ != nullptr) give_block(std::exchange(first_, first_->next));
  last_ = nullptr;
  size_ = 0;
}

}  // namespace candela
