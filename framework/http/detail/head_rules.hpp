// What the fields of a request head mean for its framing and its connection, and what they must not say.
// Both readers of heads, the strict one and the scanner, judge fields here. Private.
#pragma once

#include <candela/http/head_parser.hpp>
#include <candela/http/request_head.hpp>
#include <cstdint>
#include <string_view>

namespace candela::http::detail {

/// The options of a Connection field that matter here, as a set.
enum connection_option : std::uint8_t { option_close = 1, option_keep_alive = 2, option_upgrade = 4 };

/// The options that one Connection field line lists (RFC 9110, section 7.6.1).
[[nodiscard]] std::uint8_t connection_options(std::string_view value) noexcept;

/// Whether `text` is uri-host [":" port] (RFC 3986, section 3.2; no user information, no zone, no IPvFuture).
[[nodiscard]] bool valid_host(std::string_view text) noexcept;

/// Reads a Content-Length (1*DIGIT, at most 2^63-1). On failure the reason, otherwise null.
[[nodiscard]] const head_error* read_content_length(std::string_view value, std::uint64_t& length) noexcept;

/// What was gathered from the fields read already.
struct head_facts {
  std::string_view host;
  std::uint64_t content_length = 0;
  bool has_host = false;
  bool has_length = false;
  bool chunked = false;
  bool has_upgrade = false;
  bool expects_continue = false;
  std::uint8_t connection = 0;        ///< set of connection_option
  std::uint8_t proxy_connection = 0;  ///< the same of the field that no standard knows but llhttp heeds

  /// Judges one field and remembers what it says. On failure the reason, otherwise null.
  [[nodiscard]] const head_error* take(const header_field& field, const request_head& head) noexcept;
  /// Judges the fields together and completes `head`. On failure the reason, otherwise null.
  [[nodiscard]] const head_error* conclude(request_head& head) const noexcept;

 private:
  [[nodiscard]] const head_error* take_host(std::string_view value, const request_head& head) noexcept;
  [[nodiscard]] const head_error* take_length(std::string_view value) noexcept;
  [[nodiscard]] const head_error* take_transfer_encoding(std::string_view value, const request_head& head) noexcept;
  [[nodiscard]] const head_error* take_expect(std::string_view value, const request_head& head) noexcept;
};

}  // namespace candela::http::detail
