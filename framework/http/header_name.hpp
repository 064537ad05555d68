// Header field names: the ones in daily use as a token, every other as a lower-case name.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace candela::http {

// name of the token, name on the wire (lower case), name as HTTP/1.1 writes it
#define CANDELA_HEADERS(X)                                                                                    \
  X(accept, "accept", "Accept")                                                                               \
  X(accept_encoding, "accept-encoding", "Accept-Encoding")                                                    \
  X(accept_language, "accept-language", "Accept-Language")                                                    \
  X(accept_ranges, "accept-ranges", "Accept-Ranges")                                                          \
  X(access_control_allow_credentials, "access-control-allow-credentials", "Access-Control-Allow-Credentials") \
  X(access_control_allow_headers, "access-control-allow-headers", "Access-Control-Allow-Headers")             \
  X(access_control_allow_methods, "access-control-allow-methods", "Access-Control-Allow-Methods")             \
  X(access_control_allow_origin, "access-control-allow-origin", "Access-Control-Allow-Origin")                \
  X(access_control_expose_headers, "access-control-expose-headers", "Access-Control-Expose-Headers")          \
  X(access_control_max_age, "access-control-max-age", "Access-Control-Max-Age")                               \
  X(access_control_request_headers, "access-control-request-headers", "Access-Control-Request-Headers")       \
  X(access_control_request_method, "access-control-request-method", "Access-Control-Request-Method")          \
  X(age, "age", "Age")                                                                                        \
  X(allow, "allow", "Allow")                                                                                  \
  X(authorization, "authorization", "Authorization")                                                          \
  X(cache_control, "cache-control", "Cache-Control")                                                          \
  X(connection, "connection", "Connection")                                                                   \
  X(content_disposition, "content-disposition", "Content-Disposition")                                        \
  X(content_encoding, "content-encoding", "Content-Encoding")                                                 \
  X(content_length, "content-length", "Content-Length")                                                       \
  X(content_range, "content-range", "Content-Range")                                                          \
  X(content_security_policy, "content-security-policy", "Content-Security-Policy")                            \
  X(content_type, "content-type", "Content-Type")                                                             \
  X(cookie, "cookie", "Cookie")                                                                               \
  X(correlation_id, "x-correlation-id", "X-Correlation-Id")                                                   \
  X(cross_origin_opener_policy, "cross-origin-opener-policy", "Cross-Origin-Opener-Policy")                   \
  X(cross_origin_resource_policy, "cross-origin-resource-policy", "Cross-Origin-Resource-Policy")             \
  X(date, "date", "Date")                                                                                     \
  X(etag, "etag", "ETag")                                                                                     \
  X(expect, "expect", "Expect")                                                                               \
  X(expires, "expires", "Expires")                                                                            \
  X(forwarded, "forwarded", "Forwarded")                                                                      \
  X(host, "host", "Host")                                                                                     \
  X(if_match, "if-match", "If-Match")                                                                         \
  X(if_modified_since, "if-modified-since", "If-Modified-Since")                                              \
  X(if_none_match, "if-none-match", "If-None-Match")                                                          \
  X(if_range, "if-range", "If-Range")                                                                         \
  X(if_unmodified_since, "if-unmodified-since", "If-Unmodified-Since")                                        \
  X(keep_alive, "keep-alive", "Keep-Alive")                                                                   \
  X(last_modified, "last-modified", "Last-Modified")                                                          \
  X(location, "location", "Location")                                                                         \
  X(origin, "origin", "Origin")                                                                               \
  X(permissions_policy, "permissions-policy", "Permissions-Policy")                                           \
  X(range, "range", "Range")                                                                                  \
  X(ratelimit, "ratelimit", "RateLimit")                                                                      \
  X(referer, "referer", "Referer")                                                                            \
  X(referrer_policy, "referrer-policy", "Referrer-Policy")                                                    \
  X(retry_after, "retry-after", "Retry-After")                                                                \
  X(server, "server", "Server")                                                                               \
  X(set_cookie, "set-cookie", "Set-Cookie")                                                                   \
  X(strict_transport_security, "strict-transport-security", "Strict-Transport-Security")                      \
  X(te, "te", "TE")                                                                                           \
  X(traceparent, "traceparent", "traceparent")                                                                \
  X(trailer, "trailer", "Trailer")                                                                            \
  X(transfer_encoding, "transfer-encoding", "Transfer-Encoding")                                              \
  X(upgrade, "upgrade", "Upgrade")                                                                            \
  X(user_agent, "user-agent", "User-Agent")                                                                   \
  X(vary, "vary", "Vary")                                                                                     \
  X(via, "via", "Via")                                                                                        \
  X(www_authenticate, "www-authenticate", "WWW-Authenticate")                                                 \
  X(x_content_type_options, "x-content-type-options", "X-Content-Type-Options")                               \
  X(x_forwarded_for, "x-forwarded-for", "X-Forwarded-For")                                                    \
  X(x_frame_options, "x-frame-options", "X-Frame-Options")

/// A header field's name. `unknown` stands for every name without a token of its own.
enum class header : std::uint8_t {
  unknown,
#define CANDELA_HEADER_TOKEN(token, lower, canonical) token,
  CANDELA_HEADERS(CANDELA_HEADER_TOKEN)
#undef CANDELA_HEADER_TOKEN
};

/// One more than the highest token; at most 64, so that a set of tokens is one word.
inline constexpr std::size_t header_count = 0
#define CANDELA_HEADER_ONE(token, lower, canonical) +1
                                            CANDELA_HEADERS(CANDELA_HEADER_ONE)
#undef CANDELA_HEADER_ONE
                                            + 1;
static_assert(header_count <= 64);

namespace detail {
inline constexpr std::string_view lower_names[header_count] = {"",
#define CANDELA_HEADER_LOWER(token, lower, canonical) lower,
                                                               CANDELA_HEADERS(CANDELA_HEADER_LOWER)
#undef CANDELA_HEADER_LOWER
};
inline constexpr std::string_view canonical_names[header_count] = {"",
#define CANDELA_HEADER_CANONICAL(token, lower, canonical) canonical,
                                                                   CANDELA_HEADERS(CANDELA_HEADER_CANONICAL)
#undef CANDELA_HEADER_CANONICAL
};
}  // namespace detail

/// The name in lower case; empty for `unknown`.
[[nodiscard]] constexpr std::string_view lower_name(header token) noexcept {
  return detail::lower_names[static_cast<std::size_t>(token)];
}

/// The name as HTTP/1.1 messages customarily write it; empty for `unknown`.
[[nodiscard]] constexpr std::string_view canonical_name(header token) noexcept {
  return detail::canonical_names[static_cast<std::size_t>(token)];
}

/// The token of a name in any letter case; `unknown` when it has none. Constant time in the number of tokens.
[[nodiscard]] header token_of(std::string_view name) noexcept;

}  // namespace candela::http
