// Percent-encoding, path segments and query strings (RFC 3986).
#pragma once

#include <candela/core/arena.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace candela::http {

/// Whether every '%' of `text` begins a valid escape and none of them encodes NUL.
[[nodiscard]] bool valid_escapes(std::string_view text) noexcept;

/// Decodes the percent-escapes of one path segment. Without an escape the view itself is returned, otherwise a copy in
/// `memory`. An encoded slash becomes a slash of that segment's text. Nothing when an escape is malformed or encodes
/// NUL.
[[nodiscard]] std::optional<std::string_view> decode_segment(std::string_view text, arena& memory);

/// As `decode_segment`, with '+' standing for a space (WHATWG URL, application/x-www-form-urlencoded).
[[nodiscard]] std::optional<std::string_view> decode_query(std::string_view text, arena& memory);

/// The decoded value of the first parameter of that (decoded) name in a raw query string; nothing when it isn't there
/// or is malformed.
[[nodiscard]] std::optional<std::string_view> query_parameter(std::string_view query, std::string_view name,
                                                              arena& memory);

/// `text` with everything but unreserved characters escaped.
[[nodiscard]] std::string percent_encode(std::string_view text);

}  // namespace candela::http
