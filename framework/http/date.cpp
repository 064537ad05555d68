#include <candela/http/date.hpp>
#include <cstring>

namespace candela::http {

namespace {

using namespace std::chrono;

constexpr std::string_view days = "SunMonTueWedThuFriSat";
constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";

void two_digits(char* target, unsigned value) noexcept {
  target[0] = static_cast<char>('0' + value / 10);
  target[1] = static_cast<char>('0' + value % 10);
}

// The number that `digits` decimal digits at `position` stand for; -1 when one is none.
int number_at(std::string_view text, std::size_t position, std::size_t digits) noexcept {
  int value = 0;
  for (const char digit : text.substr(position, digits)) {
    if (digit < '0' || digit > '9') return -1;
    value = value * 10 + (digit - '0');
  }
  return value;
}

}  // namespace

void write_date(char* target, sys_seconds time) noexcept {
  const sys_days day = floor<std::chrono::days>(time);
  const year_month_day date(day);
  const hh_mm_ss<seconds> of_day(time - day);
  std::memcpy(target, "Sun, 00 Jan 0000 00:00:00 GMT", date_bytes);
  std::memcpy(target, days.data() + 3 * weekday(day).c_encoding(), 3);
  two_digits(target + 5, static_cast<unsigned>(date.day()));
  std::memcpy(target + 8, months.data() + 3 * (static_cast<unsigned>(date.month()) - 1), 3);
  const auto year = static_cast<unsigned>(static_cast<int>(date.year()));
  two_digits(target + 12, year / 100 % 100);
  two_digits(target + 14, year % 100);
  two_digits(target + 17, static_cast<unsigned>(of_day.hours().count()));
  two_digits(target + 20, static_cast<unsigned>(of_day.minutes().count()));
  two_digits(target + 23, static_cast<unsigned>(of_day.seconds().count()));
}

std::optional<sys_seconds> parse_date(std::string_view text) noexcept {
  if (text.size() != date_bytes || text.substr(25) != " GMT" || text.substr(3, 2) != ", ") return std::nullopt;
  const std::size_t month_at = months.find(text.substr(8, 3));
  if (month_at == std::string_view::npos || month_at % 3 != 0) return std::nullopt;
  const int day = number_at(text, 5, 2), year_number = number_at(text, 12, 4);
  const int hour = number_at(text, 17, 2), minute = number_at(text, 20, 2), second = number_at(text, 23, 2);
  if (day < 0 || year_number < 0 || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) {
    return std::nullopt;
  }
  const year_month_day date(year(year_number), month(static_cast<unsigned>(month_at / 3 + 1)),
                            std::chrono::day(static_cast<unsigned>(day)));
  if (!date.ok()) return std::nullopt;
  const sys_seconds result = sys_days(date) + hours(hour) + minutes(minute) + seconds(second);
  // The fixed parts (separators, the day's name) must be what we would write.
  char canonical[date_bytes];
  write_date(canonical, result);
  if (second != 60 && text != std::string_view(canonical, date_bytes)) return std::nullopt;
  return result;
}

}  // namespace candela::http
