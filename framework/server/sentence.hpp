// A sentence for people that costs no memory when it stands in the source.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace candela {

/// A literal is referred to, a `std::string` is kept. Any other `const char*` does not convert: whether its text lasts,
/// nobody could tell.
class sentence {
 public:
  constexpr sentence() noexcept = default;
  consteval sentence(const char* literal) : text_(std::string_view(literal)) {}
  sentence(std::string text) noexcept : text_(std::move(text)) {}

  /// Refers to `text`, which must be static and followed by a NUL, as literals are.
  [[nodiscard]] static sentence lasting(std::string_view text) noexcept {
    sentence made;
    made.text_ = text;
    return made;
  }

  [[nodiscard]] std::string_view text() const noexcept {
    if (const auto* kept = std::get_if<std::string>(&text_)) return *kept;
    return *std::get_if<std::string_view>(&text_);
  }
  [[nodiscard]] bool empty() const noexcept { return text().empty(); }

 private:
  std::variant<std::string_view, std::string> text_;
};

}  // namespace candela
