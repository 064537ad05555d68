#include <unistd.h>

#include <candela/net/detail/tls_connection.hpp>
#include <candela/net/tls_transport.hpp>
#include <new>

namespace candela::net {

transport_ptr make_tls_transport(worker& owner, int descriptor, const address& peer,
                                 const std::shared_ptr<const tls_context>& context, tls_observer* observer) {
  std::unique_ptr<tls_connection> made;
  try {
    made = std::make_unique<tls_connection>(owner, peer, *context, observer);
  } catch (const std::bad_alloc&) {
    ::close(descriptor);
    return nullptr;
  }
  if (!made->open(descriptor)) return nullptr;
  return transport_ptr(made.release());
}

}  // namespace candela::net
