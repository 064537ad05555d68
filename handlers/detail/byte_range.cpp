#include "handlers/detail/byte_range.hpp"

#include <algorithm>
#include <array>
#include <candela/core/text.hpp>
#include <charconv>
#include <optional>

namespace candela::handlers::detail {

namespace {

constexpr std::string_view unit = "bytes=";
constexpr std::size_t most_ranges = 16;

// Digits only; a number beyond 64 bits is as good as the largest.
std::optional<std::uint64_t> number_of(std::string_view digits) noexcept {
  if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  std::uint64_t number = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return read.ec == std::errc() ? number : UINT64_MAX;
}

// One range as it stands in the field, cut to the file: nothing when it is malformed, no bytes when it lies behind the
// file's end.
std::optional<byte_range> read_range(std::string_view text, std::uint64_t bytes) noexcept {
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto first = number_of(text.substr(0, dash));
  const auto last = number_of(text.substr(dash + 1));
  if (dash == 0) {
    if (!last) return std::nullopt;
    const std::uint64_t count = std::min(*last, bytes);
    return byte_range{bytes - count, count};
  }
  const bool open = dash + 1 == text.size();
  if (!first || (!open && (!last || *last < *first))) return std::nullopt;
  if (*first >= bytes) return byte_range{bytes, 0};
  const std::uint64_t end = open ? bytes - 1 : std::min(*last, bytes - 1);
  return byte_range{*first, end - *first + 1};
}

// Joins `next`, which begins at or behind `all`; false when there is a gap.
bool join(byte_range& all, const byte_range& next) noexcept {
  if (next.first > all.first + all.count) return false;
  all.count = std::max(all.first + all.count, next.first + next.count) - all.first;
  return true;
}

}  // namespace

range_choice choose_range(std::string_view value, std::uint64_t bytes) {
  if (bytes == 0 || value.size() <= unit.size() || !equal_ignoring_case(value.substr(0, unit.size()), unit)) return {};
  std::array<byte_range, most_ranges> ranges;
  std::size_t count = 0;
  bool any = false;
  for (std::string_view left = value.substr(unit.size());;) {
    const std::size_t comma = left.find(',');
    if (const std::string_view text = trim(left.substr(0, comma)); !text.empty()) {
      const auto range = read_range(text, bytes);
      if (!range || count == most_ranges) return {};
      any = true;
      if (range->count != 0) ranges[count++] = *range;
    }
    if (comma == std::string_view::npos) break;
    left.remove_prefix(comma + 1);
  }
  if (!any) return {};
  if (count == 0) return {range_kind::unsatisfiable, {}};
  std::sort(ranges.begin(), ranges.begin() + static_cast<std::ptrdiff_t>(count),
            [](const byte_range& left, const byte_range& right) { return left.first < right.first; });
  for (std::size_t i = 1; i != count; ++i) {
    if (!join(ranges[0], ranges[i])) return {};
  }
  return {range_kind::part, ranges[0]};
}

}  // namespace candela::handlers::detail
