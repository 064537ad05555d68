// A named value in a log record.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace candela::log {

/// A name and a value, both only looked at until the log call returns. Texts over 4096 bytes are cut.
class field {
 public:
  enum class kind : std::uint8_t { text, signed_integer, unsigned_integer, real, boolean };

  field(std::string_view name, std::string_view value) noexcept : name_(name), kind_(kind::text), text_(value) {}
  field(std::string_view name, const char* value) noexcept : field(name, std::string_view(value)) {}
  field(std::string_view name, const std::string& value) noexcept : field(name, std::string_view(value)) {}
  field(std::string_view name, bool value) noexcept : name_(name), kind_(kind::boolean), unsigned_(value) {}

  template <std::signed_integral Integer>
  field(std::string_view name, Integer value) noexcept : name_(name), kind_(kind::signed_integer), signed_(value) {}

  template <std::unsigned_integral Integer>
    requires(!std::same_as<Integer, bool>)
  field(std::string_view name, Integer value) noexcept : name_(name), kind_(kind::unsigned_integer), unsigned_(value) {}

  template <std::floating_point Real>
  field(std::string_view name, Real value) noexcept
      : name_(name), kind_(kind::real), real_(static_cast<double>(value)) {}

  [[nodiscard]] std::string_view name() const noexcept { return name_; }
  [[nodiscard]] kind type() const noexcept { return kind_; }

  /// The value; only the one of the field's kind may be asked for.
  [[nodiscard]] std::string_view text() const noexcept { return text_; }
  [[nodiscard]] std::int64_t signed_integer() const noexcept { return signed_; }
  [[nodiscard]] std::uint64_t unsigned_integer() const noexcept { return unsigned_; }
  [[nodiscard]] double real() const noexcept { return real_; }
  [[nodiscard]] bool boolean() const noexcept { return unsigned_ != 0; }

 private:
  std::string_view name_;
  kind kind_;
  union {
    std::string_view text_;
    std::int64_t signed_;
    std::uint64_t unsigned_;
    double real_;
  };
};

}  // namespace candela::log
