#include <openssl/err.h>

#include <algorithm>
#include <candela/net/detail/tls_session.hpp>
#include <cstring>
#include <new>

namespace candela::net {

namespace {

std::size_t take(tls_wire& wire, char* target, std::size_t room) {
  if (wire.kept.empty()) {
    const std::size_t moved = std::min(room, wire.fed.size());
    std::memcpy(target, wire.fed.data(), moved);
    wire.fed.remove_prefix(moved);
    return moved;
  }
  const std::string_view first = wire.kept.front();
  const std::size_t moved = std::min(room, first.size());
  std::memcpy(target, first.data(), moved);
  wire.kept.consume(moved);
  return moved;
}

int wire_read(BIO* bio, char* target, std::size_t room, std::size_t* moved) {
  BIO_clear_retry_flags(bio);
  tls_wire& wire = *static_cast<tls_wire*>(BIO_get_data(bio));
  *moved = wire.kept.empty() && wire.fed.empty() ? 0 : take(wire, target, room);
  if (*moved != 0) return 1;
  BIO_set_retry_read(bio);
  return 0;
}

int wire_write(BIO* bio, const char* bytes, std::size_t length, std::size_t* moved) {
  BIO_clear_retry_flags(bio);
  try {
    static_cast<tls_wire*>(BIO_get_data(bio))->unsent.append({bytes, length});
  } catch (const std::bad_alloc&) {
    return 0;
  }
  *moved = length;
  return 1;
}

long wire_control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

BIO_METHOD* wire_method() {
  static BIO_METHOD* const method = [] {
    BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "candela tls wire");
    BIO_meth_set_read_ex(made, wire_read);
    BIO_meth_set_write_ex(made, wire_write);
    BIO_meth_set_ctrl(made, wire_control);
    return made;
  }();
  return method;
}

}  // namespace

tls_session::tls_session(SSL_CTX* context) : ssl_(SSL_new(context)) {
  BIO* const bio = BIO_new(wire_method());
  if (!ssl_ || bio == nullptr) {
    BIO_free(bio);
    throw std::bad_alloc();
  }
  BIO_set_data(bio, &wire_);
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl_.get(), bio, bio);
  SSL_set_accept_state(ssl_.get());
}

void tls_session::keep() {
  wire_.kept.append(wire_.fed);
  wire_.fed = {};
}

tls_session::outcome tls_session::judge(int result) {
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ: return outcome::starved;
    case SSL_ERROR_ZERO_RETURN: return outcome::ended;
    default: note_failure(); return outcome::failed;
  }
}

void tls_session::note_failure() {
  met_http_ = ERR_GET_REASON(ERR_peek_error()) == SSL_R_HTTP_REQUEST;
  const char* reason = ERR_reason_error_string(ERR_peek_error());
  why_ = reason != nullptr ? reason : "the session is broken";
  if (const long verified = SSL_get_verify_result(ssl_.get()); verified != X509_V_OK) {
    why_ += std::string(": ") + X509_verify_cert_error_string(verified);
  }
  ERR_clear_error();
}

// OpenSSL tells failure from patience by the thread's error queue, which others on this thread may have left full.
tls_session::outcome tls_session::handshake() {
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_.get());
  return result == 1 ? outcome::done : judge(result);
}

tls_session::outcome tls_session::read(std::span<char> space, std::size_t& bytes) {
  ERR_clear_error();
  bytes = 0;
  while (bytes != space.size()) {
    std::size_t moved = 0;
    const int result = SSL_read_ex(ssl_.get(), space.data() + bytes, space.size() - bytes, &moved);
    if (result != 1) return judge(result);
    bytes += moved;
  }
  return outcome::done;
}

bool tls_session::write(std::string_view plain) {
  ERR_clear_error();
  std::size_t moved = 0;
  if (SSL_write_ex(ssl_.get(), plain.data(), plain.size(), &moved) == 1) return true;
  note_failure();
  return false;
}

void tls_session::close_notify() {
  ERR_clear_error();
  if (SSL_shutdown(ssl_.get()) < 0) ERR_clear_error();
}

bool tls_session::has_pending() const noexcept { return !wire_.kept.empty() || SSL_pending(ssl_.get()) > 0; }

X509* tls_session::peer_certificate() const noexcept {
  return SSL_get_verify_result(ssl_.get()) == X509_V_OK ? SSL_get0_peer_certificate(ssl_.get()) : nullptr;
}

std::string_view tls_session::alpn() const noexcept {
  const unsigned char* text = nullptr;
  unsigned length = 0;
  SSL_get0_alpn_selected(ssl_.get(), &text, &length);
  return {reinterpret_cast<const char*>(text), length};
}

}  // namespace candela::net
