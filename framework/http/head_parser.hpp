// One request head: found, judged by our own strict rules and by llhttp, and taken apart.
#pragma once

#include <candela/http/request_head.hpp>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace candela::http {

/// What a head may cost before anything else is asked of it.
struct head_limits {
  std::size_t max_head_bytes = 32 * 1024;   ///< request line, fields and the empty line; 431 beyond it
  std::size_t max_target_bytes = 8 * 1024;  ///< 414 beyond it
  std::size_t max_headers = 100;            ///< field lines; 431 beyond it
};

/// Why a head was refused.
struct head_error {
  std::uint16_t status = 400;  ///< 400, 414, 417, 431 or 505
  std::string_view code;       ///< stable, for problem documents and metrics: "space_before_colon", ...
  std::string_view detail;     ///< a sentence for the client; static text
};

enum class head_outcome : std::uint8_t { complete, incomplete, refused };

/// Parses the head at the start of [begin, end).
///
/// `complete`: `head` is filled and `head.bytes` consumed; unknown field names were turned to lower case in place.
/// `incomplete`: more bytes are needed and what is there breaks no rule or limit that can be judged already.
/// `refused`: `error` says why; the connection cannot be used further.
///
/// Stricter than RFC 9112 allows a server to be: lines end with CRLF only; a target holds no byte outside of visible
/// ASCII, no '#', no double quote and none of <>\^`{|}; escapes of a path are valid and encode no NUL; a Host is
/// never empty but beside CONNECT's authority form. A method of no route's kind is `method::other`, not an error.
///
/// `head.headers` must have been made over storage for at least `limits.max_headers` fields. No allocation.
/// Leading empty lines (at most one CRLF before a request line, RFC 9112 section 2.2) are the caller's to skip.
[[nodiscard]] head_outcome parse_head(char* begin, char* end, const head_limits& limits, request_head& head,
                                      head_error& error) noexcept;

}  // namespace candela::http
