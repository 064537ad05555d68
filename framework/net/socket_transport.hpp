// The transport over a connected TCP socket, without protection.
#pragma once

#include <candela/net/transport.hpp>
#include <candela/net/worker.hpp>

namespace candela::net {

/// Takes over `descriptor` (a connected, non-blocking socket), whatever the outcome. Null when the loop refuses it.
[[nodiscard]] transport_ptr make_socket_transport(worker& owner, int descriptor, const address& peer);

}  // namespace candela::net
