// Nodes read as types, and the sentences that say which values a type takes.
#include <algorithm>
#include <iterator>
#include <limits>

#include <fmt/format.h>

#include <candela/config/detail/node_value.hpp>
#include <candela/config/detail/units.hpp>
#include <candela/config/detail/words.hpp>
#include <candela/config/node.hpp>

namespace candela::config {

namespace {

constexpr std::string_view sizes = "a size such as 4096, 64KiB or 10MB";
constexpr std::string_view durations = "a duration such as 250ms, 30s, 5m, 1h or 2d";

std::string wanted(integer_range allowed) {
  constexpr integer_range all;
  if (allowed.high == all.high && allowed.low == all.low) return "an integer";
  if (allowed.high == all.high) return fmt::format("an integer of at least {}", allowed.low);
  if (allowed.low == all.low) return fmt::format("an integer of at most {}", allowed.high);
  return fmt::format("an integer from {} to {}", allowed.low, allowed.high);
}

std::string wanted(number_range allowed) {
  constexpr number_range all;
  if (allowed.high == all.high && allowed.low == all.low) return "a number";
  if (allowed.high == all.high) return fmt::format("a number of at least {}", allowed.low);
  if (allowed.low == all.low) return fmt::format("a number of at most {}", allowed.high);
  return fmt::format("a number from {} to {}", allowed.low, allowed.high);
}

// In the largest unit that divides it, as one would write it in the file.
std::string shown(std::uint64_t bytes) {
  constexpr const char* units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
  std::size_t unit = 0;
  for (; bytes != 0 && bytes % 1024 == 0 && unit + 1 != std::size(units); ++unit) bytes /= 1024;
  return fmt::format("{}{}", bytes, units[unit]);
}

std::string wanted(size_range allowed) {
  if (allowed.high == size_range{}.high && allowed.low == 0) return std::string(sizes);
  if (allowed.high == size_range{}.high) return fmt::format("a size of at least {}", shown(allowed.low));
  return fmt::format("a size from {} to {}", shown(allowed.low), shown(allowed.high));
}

// The same for a duration.
std::string shown(std::chrono::nanoseconds duration) {
  struct unit {
    const char* name;
    std::int64_t nanoseconds;
  };
  constexpr unit units[] = {{"d", 86'400'000'000'000}, {"h", 3'600'000'000'000}, {"m", 60'000'000'000},
                            {"s", 1'000'000'000},      {"ms", 1'000'000},        {"us", 1'000}};
  if (duration.count() == 0) return "0s";
  for (const unit& each : units) {
    if (duration.count() % each.nanoseconds == 0) {
      return fmt::format("{}{}", duration.count() / each.nanoseconds, each.name);
    }
  }
  return fmt::format("{}ns", duration.count());
}

std::string wanted(duration_range allowed) {
  constexpr duration_range all;
  if (allowed.high == all.high && allowed.low == all.low) return std::string(durations);
  if (allowed.high == all.high) return fmt::format("a duration of at least {}", shown(allowed.low));
  return fmt::format("a duration from {} to {}", shown(allowed.low), shown(allowed.high));
}

}  // namespace

const std::string& node::text_or_fail(std::string_view wanted) const {
  if (kind() != node_kind::scalar) unexpected(wanted);
  return value_->text;
}

const std::string& node::plain_text_or_fail(std::string_view wanted) const {
  if (kind() == node_kind::scalar && !value_->plain) unexpected(wanted, "write it without quotes");
  return text_or_fail(wanted);
}

bool node::as_boolean() const {
  const std::string& text = plain_text_or_fail("true or false");
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  unexpected("true or false");
}

std::int64_t node::as_integer(integer_range allowed) const {
  const std::string expected = wanted(allowed);
  const auto value = detail::parse_integer(plain_text_or_fail(expected));
  if (!value || *value < allowed.low || *value > allowed.high) unexpected(expected);
  return *value;
}

double node::as_number(number_range allowed) const {
  const std::string expected = wanted(allowed);
  const auto value = detail::parse_number(plain_text_or_fail(expected));
  if (!value || *value < allowed.low || *value > allowed.high) unexpected(expected);
  return *value;
}

std::string node::as_string() const { return text_or_fail("a string"); }

std::vector<std::string> node::as_strings() const {
  if (kind() == node_kind::scalar) return {value_->text};
  if (kind() == node_kind::map) unexpected("a list of strings");
  std::vector<std::string> result;
  for (const node& item : items()) result.push_back(item.as_string());
  return result;
}

std::uint64_t node::as_size(size_range allowed) const {
  const std::string expected = wanted(allowed);
  const auto value = detail::parse_size(text_or_fail(expected));
  if (!value) unexpected(expected, value.error());
  if (*value < allowed.low || *value > allowed.high) unexpected(expected);
  return *value;
}

std::chrono::nanoseconds node::as_duration(duration_range allowed) const {
  const std::string expected = wanted(allowed);
  const auto value = detail::parse_duration(text_or_fail(expected));
  if (!value) unexpected(expected, value.error());
  if (*value < allowed.low || *value > allowed.high) unexpected(expected);
  return *value;
}

std::filesystem::path node::as_path() const {
  const std::filesystem::path written = text_or_fail("a path");
  if (written.empty()) unexpected("a path");
  if (written.is_absolute() || where().line == 0) return written;
  return (std::filesystem::path(where().file).parent_path() / written).lexically_normal();
}

std::size_t node::as_choice(std::span<const std::string_view> names) const {
  const std::string expected = fmt::format("one of {}", detail::joined(names));
  const std::string& text = text_or_fail(expected);
  const auto match = std::ranges::find(names, text);
  if (match != names.end()) return static_cast<std::size_t>(match - names.begin());
  // A near miss would give away what is hidden.
  unexpected(expected, hidden() ? std::string() : detail::did_you_mean(detail::closest(text, names)));
}

node::named node::as_named() const {
  constexpr std::string_view expected = "a name, or a map with one key";
  if (kind() == node_kind::scalar && !value_->text.empty()) {
    const node none({detail::node_value::nothing_at(where())}, path_, secret_);
    // A path is shown in errors, so a name from the environment stays out of it.
    return {value_->text, from_environment() ? none : child(value_->text, none.value_)};
  }
  if (kind() != node_kind::map) unexpected(expected);
  if (value_->children.size() != 1) {
    unexpected(expected, fmt::format("it has {} keys", value_->children.size()));
  }
  const auto& only = value_->children.front();
  return {only.key, child(only.key, only.value)};
}

}  // namespace candela::config
