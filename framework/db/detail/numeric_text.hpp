// Private to the room: PostgreSQL's binary form of `numeric` as decimal digits.
#pragma once

#include <candela/core/arena.hpp>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace candela::db::detail {

/// A view of one value: four 16-bit words (digits, weight, sign, scale), then base-10000 digits.
class numeric_text {
 public:
  /// More characters than any 64-bit integer has.
  static constexpr std::size_t longest_integer = 40;

  /// False when the bytes are not a numeric.
  [[nodiscard]] bool open(std::string_view bytes) noexcept;
  /// Whether no digit but 0 stands behind the point. False for NaN and the infinities.
  [[nodiscard]] bool is_whole() const noexcept;
  /// Characters that `write` takes, at most.
  [[nodiscard]] std::size_t size() const noexcept;
  /// Characters that `write_whole` takes, at most.
  [[nodiscard]] std::size_t whole_size() const noexcept;
  /// Writes digits as `-12.340`, with as many behind the point as the value's scale, or `NaN`, `Infinity`,
  /// `-Infinity`.
  std::string_view write(char* target) const noexcept;
  /// The digits before the point alone.
  std::string_view write_whole(char* target) const noexcept;

 private:
  [[nodiscard]] unsigned digit(int position) const noexcept;
  char* write_before_point(char* target) const noexcept;

  const char* digits_ = nullptr;
  int count_ = 0;
  int weight_ = 0;
  int scale_ = 0;
  unsigned sign_ = 0;
};

}  // namespace candela::db::detail
