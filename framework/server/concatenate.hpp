// Joins texts and numbers in an arena.
#pragma once

#include <array>
#include <candela/core/arena.hpp>
#include <charconv>
#include <concepts>
#include <string>
#include <string_view>

namespace candela {
namespace detail {

/// A part of a concatenation: text as it is, a number in decimal form.
class text_part {
 public:
  text_part(std::string_view text) noexcept : text_(text) {}
  text_part(const std::string& text) noexcept : text_(text) {}
  text_part(const char* text) noexcept : text_(text) {}
  text_part(char letter) noexcept : digits_{letter}, size_(1) {}
  template <class Number>
    requires(std::integral<Number> || std::floating_point<Number>) && (!std::same_as<Number, bool>) &&
            (!std::same_as<Number, char>)
  text_part(Number value) noexcept {
    size_ = static_cast<std::size_t>(std::to_chars(digits_.data(), digits_.data() + digits_.size(), value).ptr -
                                     digits_.data());
  }
  [[nodiscard]] std::string_view text() const noexcept {
    return size_ == 0 ? text_ : std::string_view(digits_.data(), size_);
  }

 private:
  std::string_view text_;
  std::array<char, 32> digits_;
  std::size_t size_ = 0;
};

[[nodiscard]] std::string_view join(arena& memory, const text_part* first, std::size_t count);

}  // namespace detail

/// The parts in a row, in `memory`.
template <class... Parts>
[[nodiscard]] std::string_view concatenate(arena& memory, const Parts&... parts) {
  if constexpr (sizeof...(Parts) == 1 && (std::convertible_to<const Parts&, std::string_view> && ...)) {
    return memory.copy(std::string_view(parts...));
  } else {
    const std::array<detail::text_part, sizeof...(Parts)> list = {detail::text_part(parts)...};
    return detail::join(memory, list.data(), list.size());
  }
}

}  // namespace candela
