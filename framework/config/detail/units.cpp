// Numbers with units: digits, then one of a table's names, multiplied without overflow.
#include <candela/config/detail/units.hpp>

#include <charconv>
#include <cmath>
#include <limits>
#include <span>
#include <system_error>

namespace candela::config::detail {

namespace {

struct unit {
  std::string_view name;
  std::uint64_t factor;
};

constexpr unit size_units[] = {
    {"", 1},
    {"B", 1},
    {"KB", 1'000},
    {"kB", 1'000},
    {"MB", 1'000'000},
    {"GB", 1'000'000'000},
    {"TB", 1'000'000'000'000},
    {"KiB", std::uint64_t{1} << 10},
    {"MiB", std::uint64_t{1} << 20},
    {"GiB", std::uint64_t{1} << 30},
    {"TiB", std::uint64_t{1} << 40},
};

constexpr unit duration_units[] = {
    {"ns", 1},
    {"us", 1'000},
    {"ms", 1'000'000},
    {"s", 1'000'000'000},
    {"m", 60'000'000'000},
    {"h", 3'600'000'000'000},
    {"d", 86'400'000'000'000},
};

constexpr std::string_view no_hint;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::expected<std::uint64_t, std::string_view> parse_quantity(std::string_view text, std::span<const unit> units,
                                                              std::uint64_t most, std::string_view unit_hint) {
  std::uint64_t count = 0;
  const char* end = text.data() + text.size();
  const auto [rest, failure] = std::from_chars(text.data(), end, count);
  if (failure == std::errc::result_out_of_range) return std::unexpected("it is too large");
  if (failure != std::errc()) return std::unexpected(no_hint);
  std::string_view name(rest, static_cast<std::size_t>(end - rest));
  if (name.starts_with('.')) return std::unexpected("write a whole number of a smaller unit");
  while (name.starts_with(' ')) name.remove_prefix(1);
  for (const unit& candidate : units) {
    if (candidate.name != name) continue;
    if (count > most / candidate.factor) return std::unexpected("it is too large");
    return count * candidate.factor;
  }
  return std::unexpected(unit_hint);
}

}  // namespace

std::optional<std::int64_t> parse_integer(std::string_view text) {
  if (text.starts_with('+') && text.size() > 1 && is_digit(text[1])) text.remove_prefix(1);
  std::string_view digits = text;
  if (digits.starts_with('-')) digits.remove_prefix(1);
  if (digits.size() > 1 && digits.front() == '0') return std::nullopt;  // 010 is 8 to some readers and 10 to others
  std::int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [rest, failure] = std::from_chars(text.data(), end, value);
  if (failure != std::errc() || rest != end) return std::nullopt;
  return value;
}

std::optional<double> parse_number(std::string_view text) {
  if (text.starts_with('+') && text.size() > 1 && text[1] != '-') text.remove_prefix(1);
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [rest, failure] = std::from_chars(text.data(), end, value);
  if (failure != std::errc() || rest != end || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::expected<std::uint64_t, std::string_view> parse_size(std::string_view text) {
  return parse_quantity(text, size_units, std::numeric_limits<std::uint64_t>::max(),
                        "the units are B, KB, MB, GB, TB, KiB, MiB, GiB and TiB");
}

std::expected<std::chrono::nanoseconds, std::string_view> parse_duration(std::string_view text) {
  const bool bare = !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
  constexpr auto most = static_cast<std::uint64_t>(std::chrono::nanoseconds::max().count());
  const auto count = parse_quantity(
      text, duration_units, most,
      bare ? "a number needs a unit: s for seconds, ms for milliseconds" : "the units are ns, us, ms, s, m, h and d");
  if (!count) return std::unexpected(count.error());
  return std::chrono::nanoseconds(static_cast<std::int64_t>(*count));
}

}  // namespace candela::config::detail
