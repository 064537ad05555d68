// What the reader remembers of the first thing that was wrong, while it leaves the values it stands in. Private.
#pragma once

#include <candela/json/error.hpp>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace candela::json::detail {

/// Puts `name` before `path` as a token of a JSON Pointer (RFC 6901 section 4).
void prepend_token(std::string& path, std::string_view name);

/// Where it was counts in children as well, since the parsed document no longer knows the bytes it came from.
/// Every function answers false, so that a reader can end with it.
class failure {
 public:
  bool report(std::string expected, std::string found);
  /// As `report`, but what is wrong is the name of the current object's member `name`, its `ordinal`th.
  bool report_name(std::string_view name, std::size_t ordinal, std::string expected, std::string found);
  /// As `report`, about a member that the current object doesn't have.
  bool report_missing(std::string_view name, std::string expected);

  /// The failure is inside the current object's member, or the current array's element.
  bool within(std::string_view name, std::size_t ordinal);
  bool within(std::size_t ordinal);

  /// The error with its offset in `text`, the well-formed text that was read.
  [[nodiscard]] error locate(std::string_view text) &&;

 private:
  error error_;
  /// Ordinals of the children that lead to the place, innermost first.
  std::vector<std::size_t> trail_;
  bool at_name_ = false;
};

}  // namespace candela::json::detail
