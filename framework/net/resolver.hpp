// From a host's name to its addresses.
#pragma once

#include <candela/core/cancellation.hpp>
#include <candela/core/error.hpp>
#include <candela/core/task.hpp>
#include <candela/net/address.hpp>
#include <candela/net/lane.hpp>
#include <candela/net/loop.hpp>
#include <cstdint>
#include <expected>
#include <string>
#include <vector>

namespace candela::net {

/// The addresses of `host` with `port`, best first (RFC 6724), each once; at least one. A numeric host is answered at
/// once. Errors: `invalid` (no host name at all), `not_found`, `unavailable` (no name server answers), those of the
/// lane.
///
/// Asks the system's own resolver (getaddrinfo) on the lane: only that one honours /etc/nsswitch.conf, /etc/hosts,
/// search domains and whatever else the operator set up, so that a service sees the names that every other program on
/// the machine sees. It blocks, for seconds when a name server is down: therefore a lane with a bound, not the loop. It
/// keeps no cache; the machine's (nscd, systemd-resolved) knows the records' lifetimes.
[[nodiscard]] task<std::expected<std::vector<address>, error>> resolve(lane& names, loop& home, std::string host,
                                                                       std::uint16_t port, cancel_token token = {});

/// The same at once, on a thread that may wait: one of a lane's.
[[nodiscard]] std::expected<std::vector<address>, error> resolve_now(const std::string& host, std::uint16_t port);

}  // namespace candela::net
