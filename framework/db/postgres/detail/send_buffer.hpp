// Bytes that wait for the end of the turn.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>

namespace candela::db::postgres {

/// One block of memory, written at its end and sent from its front. Empty again, it keeps an ordinary block and gives a
/// large one back.
class send_buffer {
 public:
  /// Room for at least that many bytes at the end; what is written there is taken over by `commit`.
  [[nodiscard]] char* reserve(std::size_t bytes) {
    if (capacity_ - end_ < bytes) [[unlikely]]
      grow(bytes);
    return memory_.get() + end_;
  }
  /// Takes over what stands before `written_end`, a pointer into what `reserve` gave.
  void commit(const char* written_end) noexcept { end_ = static_cast<std::size_t>(written_end - memory_.get()); }
  void append(std::string_view bytes) {
    char* target = reserve(bytes.size());
    if (!bytes.empty()) std::memcpy(target, bytes.data(), bytes.size());
    end_ += bytes.size();
  }

  [[nodiscard]] bool empty() const noexcept { return begin_ == end_; }
  /// Bytes of memory that it has.
  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }
  [[nodiscard]] std::string_view unsent() const noexcept { return {memory_.get() + begin_, end_ - begin_}; }
  /// Forgets the first bytes, which were sent.
  void consume(std::size_t bytes) noexcept;
  void clear() noexcept { consume(end_ - begin_); }

 private:
  static constexpr std::size_t ordinary_bytes = 64 * 1024;
  void grow(std::size_t bytes);

  std::unique_ptr<char[]> memory_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace candela::db::postgres
