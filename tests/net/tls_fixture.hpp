// A server's certificate and the contexts that tests load from it.
#pragma once

#include <candela/net/tls_context.hpp>
#include <memory>

#include "test_certificates.hpp"

namespace candela::net::test {

struct tls_fixture {
  temporary_folder folder;
  certificate authority = make_authority("server authority");
  certificate server{{.alt_names = "DNS:localhost"}, &authority};
  certificate client_authority = make_authority("client authority");

  [[nodiscard]] tls_options options() const {
    tls_options made;
    made.certificate_file = folder.write("tls.crt", server.pem() + authority.pem());
    made.key_file = folder.write("tls.key", server.key_pem());
    return made;
  }

  [[nodiscard]] tls_options options(client_certificates wanted) const {
    tls_options made = options();
    made.client_certificates = wanted;
    made.client_ca_file = folder.write("ca.crt", client_authority.pem());
    return made;
  }

  [[nodiscard]] static std::shared_ptr<const tls_context> load(const tls_options& options,
                                                               std::shared_ptr<tls_ticket_keys> keys = nullptr) {
    return tls_context::load(options, std::move(keys)).value();
  }
};

}  // namespace candela::net::test
