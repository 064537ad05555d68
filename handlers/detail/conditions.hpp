// Whether a conditional request is to be answered in full (RFC 9110, section 13).
#pragma once

#include <candela/http/headers.hpp>
#include <chrono>
#include <cstdint>
#include <string_view>

namespace candela::handlers::detail {

/// What a representation can be recognised by.
struct validators {
  std::string_view tag;  ///< an entity tag with its quotes, and W/ before a weak one
  std::chrono::sys_seconds modified;
  bool modified_is_strong = false;  ///< the date alone tells versions apart (section 8.8.2.2)
};

enum class verdict : std::uint8_t {
  proceed,              ///< answer as if there were no condition
  not_modified,         ///< 304
  precondition_failed,  ///< 412
};

/// The conditions of a GET or HEAD request but If-Range, in the order of section 13.2.2. Dates that cannot be read
/// make their condition void; a list of tags is read as far as it is well formed.
[[nodiscard]] verdict judge(const http::headers& request, const validators& current);

/// Whether a Range field counts: there is no If-Range, or it names just this version (section 13.1.5).
[[nodiscard]] bool range_applies(const http::headers& request, const validators& current);

}  // namespace candela::handlers::detail
