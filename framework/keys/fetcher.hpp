// Gets one document over HTTP: small, bounded in time and size, and from the named place only.
#pragma once

#include <candela/core/error.hpp>
#include <candela/keys/url.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace candela::keys {

/// What holds for every request of a fetcher.
struct fetch_options {
  std::string authorities_file = {};         ///< PEM: who may vouch for the other end; empty: the system's own
  std::chrono::milliseconds timeout{5'000};  ///< from the first packet to the last; looking up a name comes on top
  std::size_t max_bytes = std::size_t{256} * 1024;  ///< of the answer's body
  /// How many connections may stay open for the next request. One of them can turn out to be closed: the request is
  /// then made again on a new one, so that it must be one that may be made twice.
  std::size_t kept_connections = 0;

  friend bool operator==(const fetch_options&, const fetch_options&) = default;
};

/// One request. Views are looked at during the call only.
struct fetch_request {
  std::string_view body = {};           ///< with one it is a POST, otherwise a GET
  std::string_view content_type = {};   ///< of the body
  std::string_view authorization = {};  ///< the field's value; empty for none. Never logged
  std::string_view accept = "application/json";
};

/// What came back with status 200.
struct fetched {
  std::string body;
  std::optional<std::chrono::seconds> max_age;  ///< how long it may be kept, by its `Cache-Control`
};

/// Makes requests to one URL, each on a connection of its own unless some are kept. Follows no redirect: what a
/// document or a token says cannot make it ask anywhere else. Checks the certificate of an https server against
/// authorities and host name (RFC 9110, section 4.3.4). Thread-safe.
class fetcher {
 public:
  /// Throws `std::runtime_error` when the authorities cannot be read.
  fetcher(url from, fetch_options options);
  fetcher(const fetcher&) = delete;
  fetcher& operator=(const fetcher&) = delete;
  ~fetcher();

  /// Blocks until the answer is there: for threads of a lane. Errors: those of the network, `timed_out`, `too_large`,
  /// `refused` (another status than 200), `invalid` (no HTTP). Their text is for logs and holds nothing of the answer.
  [[nodiscard]] std::expected<fetched, error> fetch(const fetch_request& request = {}) const;

  [[nodiscard]] const url& from() const noexcept;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace candela::keys
