// What the head of an HTTP/1 request says, as views into the bytes it was read from.
#pragma once

#include <candela/http/header_name.hpp>
#include <candela/http/headers.hpp>
#include <candela/http/method.hpp>
#include <cstdint>
#include <string_view>

namespace candela::http {

/// The forms a request target can have (RFC 9112, section 3.2).
enum class target_form : std::uint8_t { origin, absolute, authority, asterisk };

/// How the end of a request's body is found (RFC 9112, section 6.3).
enum class body_framing : std::uint8_t { none, length, chunked };

/// A request head that both judges accepted. Views point into the parsed bytes and share their lifetime.
struct request_head {
  http::method method = http::method::get;
  target_form form = target_form::origin;
  body_framing framing = body_framing::none;
  std::uint8_t minor_version = 1;    ///< HTTP/1.0 or HTTP/1.1
  bool keep_alive = true;            ///< what the version and the Connection field ask for (RFC 9112, section 9.3)
  bool expect_continue = false;      ///< Expect: 100-continue on an HTTP/1.1 request with a body
  bool upgrade = false;              ///< an Upgrade field that Connection lists
  std::uint64_t content_length = 0;  ///< bytes of the body when `framing` is `length`
  std::string_view method_name;      ///< as received
  std::string_view target;           ///< as received
  std::string_view
      path;  ///< raw, still percent-encoded, starting with '/'; "*" in the asterisk form, empty with CONNECT
  std::string_view query;      ///< raw, without the '?'; empty when there is none
  bool has_query = false;      ///< tells "?" with nothing behind it from no query at all
  bool path_escaped = false;   ///< whether `path` holds a '%' at all
  std::string_view authority;  ///< of the target where it has one, otherwise the Host field's value
  http::headers headers;
  std::size_t bytes = 0;  ///< length of the head up to and including the empty line
  /// Not 0 for a head that its connection remembers: in this process only heads with exactly the same bytes have the
  /// same number, so that what was found out about one holds for the next. Not all that are equal have one.
  std::uint64_t number = 0;
};

}  // namespace candela::http
