#include <algorithm>
#include <candela/db/values.hpp>
#include <cstdio>

namespace candela::db {

namespace {

int hex_value(char digit) noexcept {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return -1;
}

constexpr bool is_dash(std::size_t position) noexcept {
  return position == 8 || position == 13 || position == 18 || position == 23;
}

/// Reads the parts of a moment one after the other.
class moment_text {
 public:
  explicit moment_text(std::string_view text) noexcept : left_(text) {}

  [[nodiscard]] bool empty() const noexcept { return left_.empty(); }
  bool skip(char expected) noexcept {
    if (left_.empty() || left_.front() != expected) return false;
    left_.remove_prefix(1);
    return true;
  }
  bool number(std::size_t digits, int& into) noexcept {
    if (left_.size() < digits) return false;
    into = 0;
    for (const char digit : left_.substr(0, digits)) {
      if (digit < '0' || digit > '9') return false;
      into = into * 10 + (digit - '0');
    }
    left_.remove_prefix(digits);
    return true;
  }
  // What stands behind the point of a second, in microseconds; digits beyond the sixth are dropped.
  bool fraction(int& microseconds) noexcept {
    std::size_t digits = 0;
    int scale = 100'000;
    for (; !left_.empty() && left_.front() >= '0' && left_.front() <= '9'; left_.remove_prefix(1), ++digits) {
      microseconds += (left_.front() - '0') * scale;
      scale /= 10;
    }
    return digits != 0;
  }
  bool offset(std::chrono::minutes& into) noexcept {
    if (left_.empty() || skip('Z')) return true;
    const bool west = left_.front() == '-';
    if (!skip('+') && !skip('-')) return false;
    int hours = 0;
    int minutes = 0;
    if (!number(2, hours)) return false;
    if (!left_.empty() && (static_cast<void>(skip(':')), !number(2, minutes))) return false;
    into = (std::chrono::hours(hours) + std::chrono::minutes(minutes)) * (west ? -1 : 1);
    return true;
  }

 private:
  std::string_view left_;
};

}  // namespace

std::optional<uuid> uuid::parse(std::string_view text) noexcept {
  if (text.size() != 36) return std::nullopt;
  uuid parsed;
  std::size_t digits = 0;
  for (std::size_t i = 0; i != text.size(); ++i) {
    if (is_dash(i)) {
      if (text[i] != '-') return std::nullopt;
      continue;
    }
    const int value = hex_value(text[i]);
    if (value < 0) return std::nullopt;
    std::uint8_t& byte = parsed.bytes[digits / 2];
    byte = static_cast<std::uint8_t>((byte << 4) | value);
    ++digits;
  }
  return parsed;
}

void uuid::write(char* target) const noexcept {
  static constexpr char digits[] = "0123456789abcdef";
  std::size_t at = 0;
  for (const std::uint8_t byte : bytes) {
    if (is_dash(at)) target[at++] = '-';
    target[at++] = digits[byte >> 4];
    target[at++] = digits[byte & 15];
  }
}

std::string uuid::text() const {
  std::string written(36, '\0');
  write(written.data());
  return written;
}

std::size_t write_timestamp(char* target, timestamp time) noexcept {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  const int written =
      std::snprintf(target, 40, "%04d-%02u-%02uT%02d:%02d:%02d.%06dZ", static_cast<int>(date.year()),
                    static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                    static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                    static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
  return static_cast<std::size_t>(written);
}

std::optional<timestamp> parse_timestamp(std::string_view text) noexcept {
  using namespace std::chrono;
  moment_text from(text);
  int parts[3] = {};
  if (!from.number(4, parts[0]) || !from.skip('-') || !from.number(2, parts[1]) || !from.skip('-') ||
      !from.number(2, parts[2]))
    return std::nullopt;
  const year_month_day date{year(parts[0]), month(static_cast<unsigned>(parts[1])),
                            day(static_cast<unsigned>(parts[2]))};
  if (!date.ok()) return std::nullopt;
  timestamp read = sys_days(date);
  if (from.empty()) return read;
  int clock[4] = {};
  minutes offset{};
  if ((!from.skip('T') && !from.skip(' ')) || !from.number(2, clock[0]) || !from.skip(':') || !from.number(2, clock[1]))
    return std::nullopt;
  if (from.skip(':') && (!from.number(2, clock[2]) || (from.skip('.') && !from.fraction(clock[3]))))
    return std::nullopt;
  if (!from.offset(offset) || !from.empty() || clock[0] > 24 || clock[1] > 59 || clock[2] > 60) return std::nullopt;
  read += hours(clock[0]) + minutes(clock[1]) + seconds(clock[2]) + microseconds(clock[3]) - offset;
  return read;
}

}  // namespace candela::db
