#include <array>
#include <candela/audit/line.hpp>
#include <candela/core/text.hpp>
#include <charconv>
#include <utility>

namespace candela::audit {

namespace {

constexpr std::string_view sequence_member = "{\"seq\":";
constexpr std::string_view previous_member = ",\"prev\":\"";
constexpr std::string_view end_of_previous = "\",";

constexpr std::array<std::pair<std::string_view, line_kind>, 4> kinds{{
    {"\"type\":\"request\"", line_kind::request},
    {"\"type\":\"checkpoint\"", line_kind::checkpoint},
    {"\"type\":\"open\"", line_kind::open},
    {"\"type\":\"note\"", line_kind::note},
}};

bool skip(std::string_view& text, std::string_view expected) noexcept {
  if (!text.starts_with(expected)) return false;
  text.remove_prefix(expected.size());
  return true;
}

// From 1, without leading zeros.
std::optional<std::uint64_t> take_number(std::string_view& text) noexcept {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number == 0 || text.front() == '0') return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

std::optional<line_kind> kind_of(std::string_view content) noexcept {
  for (const auto& [beginning, kind] : kinds) {
    if (content.starts_with(beginning)) return kind;
  }
  return std::nullopt;
}

}  // namespace

std::optional<line_view> read_line(std::string_view line) noexcept {
  if (line.size() > max_line_bytes || !skip(line, sequence_member) || !line.ends_with('}')) return std::nullopt;
  line.remove_suffix(1);
  const std::optional<std::uint64_t> sequence = take_number(line);
  if (!sequence || !skip(line, previous_member) || line.size() < digest_characters) return std::nullopt;
  line_view found;
  found.sequence = *sequence;
  found.previous = line.substr(0, digest_characters);
  line.remove_prefix(digest_characters);
  if (!skip(line, end_of_previous)) return std::nullopt;
  const std::optional<line_kind> kind = kind_of(line);
  if (!kind) return std::nullopt;
  found.kind = *kind;
  found.content = line;
  return found;
}

void append_line(std::string& out, std::uint64_t sequence, const digest& previous, std::string_view content) {
  std::array<char, max_decimal_digits> digits;
  char* const end = write_decimal(digits.data(), sequence);
  out.append(sequence_member).append(digits.data(), end).append(previous_member).append(text_of(previous));
  out.append(end_of_previous).append(content).push_back('}');
}

char* write_time(char* out, wall_time when) noexcept {
  const auto day = std::chrono::floor<std::chrono::days>(when);
  const std::chrono::year_month_day date(day);
  const auto clock = static_cast<std::uint64_t>((when - day).count());
  const auto put = [&](std::uint64_t number, std::size_t digits, char behind) {
    out = write_padded_decimal(out, number, digits);
    *out++ = behind;
  };
  put(static_cast<std::uint64_t>(static_cast<int>(date.year())), 4, '-');
  put(static_cast<unsigned>(date.month()), 2, '-');
  put(static_cast<unsigned>(date.day()), 2, 'T');
  put(clock / 3'600'000'000, 2, ':');
  put(clock / 60'000'000 % 60, 2, ':');
  put(clock / 1'000'000 % 60, 2, '.');
  put(clock % 1'000'000, 6, 'Z');
  return out;
}

std::string text_of(wall_time when) {
  std::string text(time_characters, '\0');
  write_time(text.data(), when);
  return text;
}

}  // namespace candela::audit
