// Private to the room: what a service says when it starts.
#pragma once

#include <candela/net/address.hpp>
#include <candela/server/generation.hpp>
#include <span>
#include <string>
#include <string_view>

namespace candela::detail {

/// The address as a client would write it: `http://127.0.0.1:8080`. An address that stands for every one of the
/// machine's is shown as the loopback one.
[[nodiscard]] std::string url_of(const net::address& where, bool tls);

/// The routes in the order in which they are found, each on a line with its stages.
[[nodiscard]] std::string route_list(const generation& serving);

/// Name and version, and those of candela.
[[nodiscard]] std::string title(std::string_view name, std::string_view version);

/// The title, addresses and routes, each on a line of its own.
[[nodiscard]] std::string banner(std::string_view name, std::string_view version, std::span<const std::string> urls,
                                 unsigned workers, const generation& serving);

}  // namespace candela::detail
