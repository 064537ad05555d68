#include <algorithm>
#include <candela/db/detail/numeric_text.hpp>
#include <candela/db/value_reader.hpp>
#include <cstring>

namespace candela::db::detail {

namespace {

constexpr unsigned negative = 0x4000;
constexpr unsigned not_a_number = 0xC000;
constexpr unsigned infinite = 0xD000;
constexpr unsigned minus_infinite = 0xF000;

unsigned word(const char* at) noexcept { return load_network<std::uint16_t>(at); }

char* write_group(char* target, unsigned group) noexcept {
  for (unsigned scale = 1000; scale != 0; scale /= 10) *target++ = static_cast<char>('0' + group / scale % 10);
  return target;
}

}  // namespace

bool numeric_text::open(std::string_view bytes) noexcept {
  if (bytes.size() < 8) return false;
  count_ = static_cast<int>(word(bytes.data()));
  weight_ = static_cast<std::int16_t>(word(bytes.data() + 2));
  sign_ = word(bytes.data() + 4);
  scale_ = static_cast<int>(word(bytes.data() + 6));
  digits_ = bytes.data() + 8;
  if (bytes.size() != 8 + 2 * static_cast<std::size_t>(count_) || scale_ > 0x3FFF) return false;
  for (int i = 0; i != count_; ++i) {
    if (word(digits_ + 2 * i) > 9999) return false;
  }
  return sign_ == 0 || sign_ == negative || sign_ == not_a_number || sign_ == infinite || sign_ == minus_infinite;
}

unsigned numeric_text::digit(int position) const noexcept {
  return position >= 0 && position < count_ ? word(digits_ + 2 * position) : 0;
}

bool numeric_text::is_whole() const noexcept {
  if (sign_ != 0 && sign_ != negative) return false;
  for (int i = std::max(weight_ + 1, 0); i < count_; ++i) {
    if (digit(i) != 0) return false;
  }
  return true;
}

std::size_t numeric_text::size() const noexcept { return 12 + whole_size() + static_cast<std::size_t>(scale_); }

std::size_t numeric_text::whole_size() const noexcept {
  return 2 + 4 * static_cast<std::size_t>(std::max(weight_ + 1, 1));
}

char* numeric_text::write_before_point(char* target) const noexcept {
  if (sign_ == negative) *target++ = '-';
  char* at = target;
  for (int i = 0; i <= std::max(weight_, 0); ++i) at = write_group(at, weight_ < 0 ? 0 : digit(i));
  char* significant = std::find_if(target, at - 1, [](char letter) { return letter != '0'; });
  std::memmove(target, significant, static_cast<std::size_t>(at - significant));
  return at - (significant - target);
}

std::string_view numeric_text::write_whole(char* target) const noexcept {
  return {target, static_cast<std::size_t>(write_before_point(target) - target)};
}

std::string_view numeric_text::write(char* target) const noexcept {
  if (sign_ == not_a_number) return "NaN";
  if (sign_ == infinite) return "Infinity";
  if (sign_ == minus_infinite) return "-Infinity";
  char* at = write_before_point(target);
  if (scale_ != 0) {
    *at++ = '.';
    char* point = at;
    for (int i = 0; i < scale_; i += 4) at = write_group(at, digit(weight_ + 1 + i / 4));
    at = point + scale_;
  }
  return {target, static_cast<std::size_t>(at - target)};
}

}  // namespace candela::db::detail
