// The command lines of the benchmark programs: `--name value` pairs and bare `--flag`s.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>

namespace candela::bench {

/// A parsed command line. Everything wrong with it is a std::invalid_argument whose text names the option.
class arguments {
 public:
  /// `valued` options take a value, `flags` take none; any other word is refused.
  arguments(int argc, const char* const* argv, std::initializer_list<std::string_view> valued,
            std::initializer_list<std::string_view> flags = {});

  bool has(std::string_view name) const;
  /// The option's text, or `otherwise` when it is absent.
  std::string text(std::string_view name, std::string_view otherwise) const;
  /// A decimal number from `least` to `most`, or `otherwise` when the option is absent.
  std::uint64_t number(std::string_view name, std::uint64_t otherwise, std::uint64_t least, std::uint64_t most) const;
  /// A positive number of seconds, fractions allowed, or `otherwise` when the option is absent.
  double seconds(std::string_view name, double otherwise) const;
  /// One of `words`; the first when the option is absent.
  std::string choice(std::string_view name, std::initializer_list<std::string_view> words) const;

 private:
  std::map<std::string, std::string, std::less<>> given_;
};

}  // namespace candela::bench
