// Cuts the server's bytes into messages (PostgreSQL 15 documentation, section 55.7).
#pragma once

#include <candela/db/value_reader.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace candela::db::postgres {

/// One message: its kind, and what stands behind its length.
struct message {
  char kind = 0;
  std::string_view body;
};

/// The bytes that were read and not yet taken as messages. One block of memory, that grows for a message which is
/// longer and shrinks again behind it.
class message_reader {
 public:
  /// A longer message (its length included) makes the stream broken.
  explicit message_reader(std::size_t longest_message);

  /// Room for what is read next; never empty.
  [[nodiscard]] std::span<char> space();
  /// That many bytes were written to it.
  void filled(std::size_t bytes) noexcept { end_ += bytes; }

  enum class status : std::uint8_t { message, incomplete, broken };
  /// Takes the next message; its body is valid until `space`.
  [[nodiscard]] status next(message& into) noexcept {
    const std::size_t left = end_ - begin_;
    if (left < head_bytes) return status::incomplete;
    const char* head = memory_.get() + begin_;
    const std::size_t length = db::detail::load_network<std::uint32_t>(head + 1);
    if (length < 4 || length > longest_) return status::broken;
    if (left < 1 + length) return status::incomplete;
    into.kind = *head;
    into.body = {head + head_bytes, length - 4};
    begin_ += 1 + length;
    return status::message;
  }

 private:
  static constexpr std::size_t head_bytes = 5;
  static constexpr std::size_t ordinary_bytes = 64 * 1024;

  void resize(std::size_t bytes);

  std::unique_ptr<char[]> memory_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t longest_;
};

/// Reads the parts of a message's body. Reading beyond the end gives zeros and is remembered.
class body_reader {
 public:
  explicit body_reader(std::string_view body) noexcept : left_(body) {}

  [[nodiscard]] bool good() const noexcept { return good_; }
  [[nodiscard]] bool at_end() const noexcept { return left_.empty(); }
  [[nodiscard]] std::uint8_t byte() noexcept { return number<std::uint8_t>(); }
  [[nodiscard]] std::uint16_t int16() noexcept { return number<std::uint16_t>(); }
  [[nodiscard]] std::uint32_t int32() noexcept { return number<std::uint32_t>(); }
  [[nodiscard]] std::string_view bytes(std::size_t count) noexcept;
  /// Up to a NUL, which is skipped.
  [[nodiscard]] std::string_view text() noexcept;

 private:
  template <class Unsigned>
  Unsigned number() noexcept {
    const std::string_view taken = bytes(sizeof(Unsigned));
    return good_ ? db::detail::load_network<Unsigned>(taken.data()) : Unsigned(0);
  }

  std::string_view left_;
  bool good_ = true;
};

}  // namespace candela::db::postgres
