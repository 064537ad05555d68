// What a router must find, by the plainest way there is: every pattern is tried, and the best of those that fit wins.
#pragma once

#include <algorithm>
#include <candela/server/router.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace candela::testing {

/// `PATTERN (first parameter)(second parameter)`; empty for nothing found.
template <class Parameters>
std::string describe_match(std::string_view pattern, const Parameters& parameters, std::size_t count) {
  std::string text(pattern);
  for (std::size_t i = 0; i != count; ++i) text.append(i == 0 ? " (" : "(").append(parameters[i]).append(")");
  return text;
}

/// What `routes` finds for a raw path.
inline std::string found_by(const router& routes, std::string_view path) {
  arena memory;
  route_match match;
  const bool escaped = path.find('%') != std::string_view::npos;
  const router::path_entry* entry = routes.find(path, escaped, memory, match);
  return entry == nullptr ? "" : describe_match(entry->pattern, match.parameters, match.parameter_count);
}

/// Well-formed patterns, no two of which mean the same paths.
class naive_router {
 public:
  /// False for a pattern that means the same paths as one before; true for one declared again.
  bool add(std::string_view pattern) {
    for (const std::string& known : patterns_) {
      if (known == pattern) return true;
      if (shape(known) == shape(pattern)) return false;
    }
    patterns_.emplace_back(pattern);
    return true;
  }

  [[nodiscard]] std::string find(std::string_view path) const {
    std::optional<fit> best;
    std::string_view found;
    for (const std::string& pattern : patterns_) {
      std::optional<fit> next = compare(pattern, path);
      if (!next || (best && best->rank < next->rank)) continue;
      best = std::move(next);
      found = pattern;
    }
    return best ? describe_match(found, best->parameters, best->parameters.size()) : "";
  }

  [[nodiscard]] static std::string decode(std::string_view raw) {
    std::string text;
    for (std::size_t i = 0; i < raw.size(); ++i) {
      if (raw[i] != '%') {
        text += raw[i];
        continue;
      }
      text += static_cast<char>(std::stoi(std::string(raw.substr(i + 1, 2)), nullptr, 16));
      i += 2;
    }
    return text;
  }

 private:
  // One letter a segment: the first difference between the ranks of two patterns tells which goes first.
  struct fit {
    std::string rank;
    std::vector<std::string> parameters;
  };

  static char kind_of(std::string_view segment) {
    if (!segment.starts_with('{')) return 'l';
    return segment.ends_with("...}") ? 'r' : 'p';
  }

  static std::vector<std::string_view> split(std::string_view path) {
    std::vector<std::string_view> segments;
    for (;;) {
      path.remove_prefix(1);
      const std::size_t end = std::min(path.find('/'), path.size());
      segments.push_back(path.substr(0, end));
      if (end == path.size()) return segments;
      path.remove_prefix(end);
    }
  }

  static std::vector<std::string> shape(std::string_view pattern) {
    std::vector<std::string> kinds;
    for (const std::string_view segment : split(pattern)) {
      const char kind = kind_of(segment);
      kinds.push_back(kind == 'l' ? "l" + decode(segment) : std::string(1, kind));
    }
    return kinds;
  }

  static std::optional<fit> compare(std::string_view pattern, std::string_view path) {
    if (!path.starts_with('/')) return std::nullopt;
    const std::vector<std::string_view> wanted = split(pattern);
    const std::vector<std::string_view> given = split(path);
    fit result;
    for (std::size_t i = 0; i != wanted.size(); ++i) {
      const char kind = kind_of(wanted[i]);
      result.rank += kind;
      if (kind == 'r') {
        result.parameters.push_back(i < given.size() ? decode({given[i].data(), path.data() + path.size()}) : "");
        return result;
      }
      if (i == given.size()) return std::nullopt;
      const std::string text = decode(given[i]);
      if (kind == 'l' ? text != decode(wanted[i]) : text.empty()) return std::nullopt;
      if (kind == 'p') result.parameters.push_back(text);
    }
    if (wanted.size() != given.size()) return std::nullopt;
    return result;
  }

  std::vector<std::string> patterns_;
};

}  // namespace candela::testing
