// Where JSON text is written: a caller's bytes first, then a buffer that grows in an arena.
#pragma once

#include <candela/core/arena.hpp>
#include <cstddef>
#include <cstring>
#include <span>
#include <string_view>

namespace candela::json {

/// A text under construction. It never touches the heap: it fills the caller's bytes, when there are any, and moves to
/// the arena when they are full. Inside the arena it grows in place as long as nothing else is allocated meanwhile.
///
/// One thread. `text()` is valid until the next write, and afterwards as long as the caller's bytes and the arena are.
class output {
 public:
  /// Bytes of the first buffer that is taken from an arena.
  static constexpr std::size_t first_bytes = 256;

  /// Writes into the arena from the first byte on.
  explicit output(arena& memory) noexcept : memory_(memory) {}

  /// Writes into `first` as long as it has room. `text().data() == first.data()` tells that everything fitted.
  output(std::span<char> first, arena& memory) noexcept
      : begin_(first.data()), next_(first.data()), end_(first.data() + first.size()), memory_(memory) {}

  output(const output&) = delete;
  output& operator=(const output&) = delete;

  /// What has been written.
  [[nodiscard]] std::string_view text() const noexcept { return {begin_, size()}; }
  [[nodiscard]] std::size_t size() const noexcept { return static_cast<std::size_t>(next_ - begin_); }

  /// Room for at least `bytes` bytes at the returned place; `advance` tells how far it was filled.
  /// Throws `std::bad_alloc` when the system has no memory.
  [[nodiscard]] char* reserve(std::size_t bytes) {
    if (static_cast<std::size_t>(end_ - next_) < bytes) [[unlikely]]
      grow(bytes);
    return next_;
  }
  /// Ends what `reserve` began: `filled_to` is the first byte behind the new text.
  void advance(char* filled_to) noexcept { next_ = filled_to; }

  /// Appends one byte, or bytes as they are.
  void append(char byte) {
    *reserve(1) = byte;
    ++next_;
  }
  void append(std::string_view bytes) {
    if (bytes.empty()) return;
    std::memcpy(reserve(bytes.size()), bytes.data(), bytes.size());
    next_ += bytes.size();
  }
  /// Appends bytes whose number the compiler knows: a few moves and no call.
  template <std::size_t Count>
  void append_fixed(const char (&bytes)[Count]) {
    std::memcpy(reserve(Count), bytes, Count);
    next_ += Count;
  }

  /// Replaces a byte that was written before. `position` is less than `size()`.
  void overwrite(std::size_t position, char byte) noexcept { begin_[position] = byte; }

 private:
  void grow(std::size_t bytes);

  char* begin_ = nullptr;
  char* next_ = nullptr;
  char* end_ = nullptr;
  arena& memory_;
};

}  // namespace candela::json
