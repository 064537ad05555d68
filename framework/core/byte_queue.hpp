// Bytes on their way: appended at one end, taken at the other, held in blocks that a thread recycles.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

namespace candela {

/// A first-in first-out queue of bytes. One owner, one thread. Empty, it holds no memory.
class byte_queue {
 public:
  /// Bytes of one block, its bookkeeping included.
  static constexpr std::size_t block_bytes = 16 * 1024;

  byte_queue() noexcept = default;
  byte_queue(byte_queue&& other) noexcept { swap(other); }
  byte_queue& operator=(byte_queue&& other) noexcept {
    byte_queue(std::move(other)).swap(*this);
    return *this;
  }
  ~byte_queue() { clear(); }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }

  /// Copies `bytes` to the end. Throws `std::bad_alloc` when the system has no memory.
  void append(std::string_view bytes);
  /// Moves everything from `other` to the end, without copying.
  void append(byte_queue&& other) noexcept;
  /// Room at the end for writing in place: at least one byte; what was written is taken over by `commit`.
  [[nodiscard]] std::span<char> prepare();
  void commit(std::size_t bytes) noexcept;

  /// The first bytes as up to `views.size()` pieces, in order; says how many pieces. Valid until the next change.
  [[nodiscard]] std::size_t gather(std::span<std::string_view> views) const noexcept;
  /// The first contiguous piece; empty when the queue is.
  [[nodiscard]] std::string_view front() const noexcept;
  /// Forgets the first `bytes` bytes (at most `size()`).
  void consume(std::size_t bytes) noexcept;
  void clear() noexcept;

  void swap(byte_queue& other) noexcept {
    std::swap(first_, other.first_);
    std::swap(last_, other.last_);
    std::swap(size_, other.size_);
  }

 private:
  struct block {
    block* next;
    std::uint32_t begin;
    std::uint32_t end;
    [[nodiscard]] char* bytes() noexcept { return reinterpret_cast<char*>(this + 1); }
  };
  static constexpr std::size_t capacity = block_bytes - sizeof(block);
  static block* take_block();
  static void give_block(block* spent) noexcept;
  friend struct block_spares;

  block* first_ = nullptr;
  block* last_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace candela
