// Parsing of the benchmark programs' command lines.
#include "bench/measure/arguments.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace candela::bench {
namespace {

bool among(std::initializer_list<std::string_view> words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

[[noreturn]] void refuse(std::string_view name, std::string_view expected) {
  throw std::invalid_argument(std::string(name).append(": ").append(expected));
}

}  // namespace

arguments::arguments(int argc, const char* const* argv, std::initializer_list<std::string_view> valued,
                     std::initializer_list<std::string_view> flags) {
  for (int at = 1; at < argc; ++at) {
    const std::string_view name = argv[at];
    if (among(flags, name)) {
      given_.emplace(name, "");
    } else if (!among(valued, name)) {
      refuse(name, "no such option");
    } else if (++at == argc) {
      refuse(name, "needs a value");
    } else {
      given_.insert_or_assign(std::string(name), argv[at]);
    }
  }
}

bool arguments::has(std::string_view name) const { return given_.find(name) != given_.end(); }

std::string arguments::text(std::string_view name, std::string_view otherwise) const {
  const auto found = given_.find(name);
  return found == given_.end() ? std::string(otherwise) : found->second;
}

std::uint64_t arguments::number(std::string_view name, std::uint64_t otherwise, std::uint64_t least,
                                std::uint64_t most) const {
  const auto found = given_.find(name);
  if (found == given_.end()) return otherwise;
  const char* const end = found->second.data() + found->second.size();
  std::uint64_t value = 0;
  const auto [stop, error] = std::from_chars(found->second.data(), end, value);
  if (error == std::errc{} && stop == end && value >= least && value <= most) return value;
  refuse(name, "expected a number from " + std::to_string(least) + " to " + std::to_string(most));
}

double arguments::seconds(std::string_view name, double otherwise) const {
  const auto found = given_.find(name);
  if (found == given_.end()) return otherwise;
  const char* const end = found->second.data() + found->second.size();
  double value = 0;
  const auto [stop, error] = std::from_chars(found->second.data(), end, value);
  if (error == std::errc{} && stop == end && value > 0 && value <= 3600) return value;
  refuse(name, "expected seconds above 0, at most 3600");
}

std::string arguments::choice(std::string_view name, std::initializer_list<std::string_view> words) const {
  std::string word = text(name, *words.begin());
  if (among(words, word)) return word;
  std::string expected = "expected one of";
  for (const std::string_view each : words) expected.append(" ").append(each);
  refuse(name, expected);
}

}  // namespace candela::bench
