// Private to the room: the OpenSSL context behind a tls_context, and what hangs on it.
#pragma once

#include <candela/net/detail/tls_files.hpp>
#include <candela/net/detail/tls_pointers.hpp>
#include <candela/net/tls_context.hpp>

namespace candela::net {

struct tls_context::native {
  ssl_ctx_ptr context;
  tls_files_look files;  ///< as they stood before they were read
};

struct tls_native {
  [[nodiscard]] static SSL_CTX* context(const tls_context& owner) noexcept { return owner.native_->context.get(); }
  [[nodiscard]] static const tls_files_look& files(const tls_context& owner) noexcept { return owner.native_->files; }
};

/// What OpenSSL's callbacks need. It hangs on the SSL_CTX, which sessions keep alive longer than the tls_context.
struct tls_attachment {
  std::string alpn;  ///< wire form (RFC 7301, 3.1), best first
  std::shared_ptr<tls_ticket_keys> keys;
};

/// Hangs `value` on the context, which frees it.
[[nodiscard]] bool attach(SSL_CTX* context, std::unique_ptr<tls_attachment> value);
[[nodiscard]] tls_attachment& attachment_of(SSL_CTX* context) noexcept;

/// Has tickets sealed and opened with the attachment's keys.
[[nodiscard]] bool install_tickets(SSL_CTX* context);

}  // namespace candela::net
