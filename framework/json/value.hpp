// A JSON value of any shape, for code that doesn't describe a struct.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace candela::json {

struct member;

/// One value of a parsed text. A small view: copying it copies no content, and it is valid as long as the content of
/// the arena that the text was parsed into.
///
/// Asking for what a value isn't answers nothing (an empty optional, span or a null pointer), never an error.
class value {
 public:
  /// What it is. Numbers without fraction and exponent are integers; `unsigned_integer` are those above 2^63 - 1.
  enum class kind : std::uint8_t { null, boolean, integer, unsigned_integer, floating, string, array, object };

  constexpr value() noexcept : integer_(0) {}
  constexpr explicit value(bool truth) noexcept : kind_(kind::boolean), boolean_(truth) {}
  constexpr explicit value(std::int64_t number) noexcept : kind_(kind::integer), integer_(number) {}
  constexpr explicit value(std::uint64_t number) noexcept : kind_(kind::unsigned_integer), unsigned_(number) {}
  constexpr explicit value(double number) noexcept : kind_(kind::floating), floating_(number) {}
  constexpr explicit value(std::string_view text) noexcept
      : kind_(kind::string), size_(static_cast<std::uint32_t>(text.size())), text_(text.data()) {}
  constexpr explicit value(std::span<const value> elements) noexcept
      : kind_(kind::array), size_(static_cast<std::uint32_t>(elements.size())), elements_(elements.data()) {}
  explicit value(std::span<const member> members) noexcept;

  [[nodiscard]] kind type() const noexcept { return kind_; }
  [[nodiscard]] bool is_null() const noexcept { return kind_ == kind::null; }

  [[nodiscard]] std::optional<bool> boolean() const noexcept;
  /// The number when it is an integer from -2^63 to 2^63 - 1.
  [[nodiscard]] std::optional<std::int64_t> integer() const noexcept;
  /// The number when it is an integer from 0 to 2^64 - 1.
  [[nodiscard]] std::optional<std::uint64_t> unsigned_integer() const noexcept;
  /// Any number, integers rounded to the nearest double.
  [[nodiscard]] std::optional<double> number() const noexcept;
  /// The text without quotes and escapes.
  [[nodiscard]] std::optional<std::string_view> string() const noexcept;

  /// An array's elements; empty for anything else.
  [[nodiscard]] std::span<const value> elements() const noexcept;
  /// An object's members in the order of the text; empty for anything else.
  [[nodiscard]] std::span<const member> members() const noexcept;

  /// The member of that name, or null. Looks at one member after the other.
  [[nodiscard]] const value* find(std::string_view name) const noexcept;
  /// What an RFC 6901 JSON Pointer names (`/items/0/price`; the empty pointer is the value itself), or null when there
  /// is no such place or the pointer is malformed.
  [[nodiscard]] const value* at(std::string_view pointer) const noexcept;

  /// Equal content; numbers compare by what they are worth, objects without regard to the order of members (quadratic
  /// in the number of members where the order differs).
  friend bool operator==(const value& left, const value& right) noexcept;

 private:
  [[nodiscard]] const value* step(std::string_view token) const noexcept;

  kind kind_ = kind::null;
  std::uint32_t size_ = 0;
  union {
    bool boolean_;
    std::int64_t integer_;
    std::uint64_t unsigned_;
    double floating_;
    const char* text_;
    const value* elements_;
    const member* members_;
  };
};

/// A member of an object: its name without escapes, and what it holds.
struct member {
  std::string_view name;
  value item;
};

}  // namespace candela::json
