#include "tls_pair.hpp"

#include <openssl/err.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>
#include <utility>
#include <vector>

namespace candela::net::test {

namespace {

constexpr int most_rounds = 20'000;

void remember_session(SSL_CTX* context) {
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(context, [](SSL* ssl, SSL_SESSION* fresh) {
    static_cast<tls_client*>(SSL_get_app_data(ssl))->session.reset(fresh, SSL_SESSION_free);
    return 1;
  });
}

}  // namespace

tls_client::tls_client(int descriptor, const client_options& options)
    : descriptor_(descriptor),
      piece_(options.piece),
      context_(SSL_CTX_new(TLS_client_method()), SSL_CTX_free),
      ssl_(nullptr, SSL_free),
      in_(BIO_new(BIO_s_mem())),
      out_(BIO_new(BIO_s_mem())) {
  // What we refuse must be the server's doing: this client speaks anything.
  SSL_CTX_set_security_level(context_.get(), 0);
  SSL_CTX_set_min_proto_version(context_.get(), options.oldest);
  SSL_CTX_set_max_proto_version(context_.get(), options.newest);
  remember_session(context_.get());
  ssl_.reset(SSL_new(context_.get()));
  SSL_set_app_data(ssl_.get(), this);
  SSL_set_bio(ssl_.get(), in_, out_);
  SSL_set_connect_state(ssl_.get());
  if (!options.alpn.empty()) {
    SSL_set_alpn_protos(ssl_.get(), reinterpret_cast<const unsigned char*>(options.alpn.data()),
                        static_cast<unsigned>(options.alpn.size()));
  }
  if (options.shows != nullptr) {
    SSL_use_certificate(ssl_.get(), options.shows->x509());
    SSL_use_PrivateKey(ssl_.get(), options.shows->key());
  }
  if (options.resumes) SSL_set_session(ssl_.get(), options.resumes.get());
}

tls_client::~tls_client() { ::close(descriptor_); }

std::string tls_client::alpn() const {
  const unsigned char* text = nullptr;
  unsigned length = 0;
  SSL_get0_alpn_selected(ssl_.get(), &text, &length);
  return {reinterpret_cast<const char*>(text), length};
}

void tls_client::take_from_wire() {
  char bytes[16 * 1024];
  for (;;) {
    const ssize_t got = ::recv(descriptor_, bytes, sizeof bytes, MSG_DONTWAIT);
    if (got == 0) peer_ended = true;
    if (got <= 0) return;
    wire_bytes += static_cast<std::size_t>(got);
    BIO_write(in_, bytes, static_cast<int>(got));
  }
}

void tls_client::put_on_wire() {
  char bytes[16 * 1024];
  for (int got = BIO_read(out_, bytes, sizeof bytes); got > 0; got = BIO_read(out_, bytes, sizeof bytes)) {
    wire_.append(bytes, static_cast<std::size_t>(got));
  }
  const ssize_t sent = ::send(descriptor_, wire_.data(), std::min(piece_, wire_.size()), MSG_DONTWAIT | MSG_NOSIGNAL);
  if (sent > 0) wire_.erase(0, static_cast<std::size_t>(sent));
}

void tls_client::note(int result) {
  const int error = SSL_get_error(ssl_.get(), result);
  if (error == SSL_ERROR_ZERO_RETURN) peer_notified = true;
  if (error == SSL_ERROR_SSL || error == SSL_ERROR_SYSCALL) failed = true;
  ERR_clear_error();
}

void tls_client::open() {
  char plain[16 * 1024];
  for (;;) {
    const int got = SSL_read(ssl_.get(), plain, sizeof plain);
    if (got <= 0) return note(got);
    received.append(plain, static_cast<std::size_t>(got));
  }
}

void tls_client::step() {
  ERR_clear_error();
  if (reads_wire) take_from_wire();
  if (failed) return put_on_wire();
  if (const int result = SSL_do_handshake(ssl_.get()); result != 1) {
    note(result);
  } else {
    if (!unsealed_.empty()) SSL_write(ssl_.get(), unsealed_.data(), static_cast<int>(unsealed_.size()));
    unsealed_.clear();
    open();
  }
  put_on_wire();
}

void tls_client::wait() const {
  pollfd watched{.fd = descriptor_, .events = POLLIN, .revents = 0};
  if (::poll(&watched, 1, 30'000) != 1) throw std::runtime_error("the server says nothing");
}

void tls_client::send_raw(std::string_view bytes) {
  if (::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(bytes.size())) {
    throw std::runtime_error("the socket takes no bytes");
  }
}

void tls_client::close_notify() {
  SSL_shutdown(ssl_.get());
  put_on_wire();
}

void tls_client::cut() { ::shutdown(descriptor_, SHUT_WR); }

tls_pair::tls_pair(std::shared_ptr<const tls_context> context, const client_options& options) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) != 0) {
    throw std::runtime_error("the system gives no sockets");
  }
  // Less than one write of ours: what is sealed has to wait here.
  const int small = 16 * 1024;
  ::setsockopt(ends[1], SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
  client = std::make_unique<tls_client>(ends[0], options);
  transport = make_tls_transport(owner, ends[1], *address::parse("127.0.0.1", 1), context, this);
  context.reset();  // the session must not need it
  if (!transport) throw std::runtime_error("no transport");
  transport->start(*this);
}

tls_pair::~tls_pair() {
  transport.reset();
  turn();
}

void tls_pair::turn() { owner.loop().turn(); }

bool tls_pair::run(const std::function<bool()>& reached) {
  for (int round = 0; round != most_rounds; ++round) {
    if (reached()) return true;
    client->step();
    turn();
  }
  return false;
}

bool tls_pair::shake_hands() {
  if (!run([this] { return client->established() || client->failed || lost; })) return false;
  // With TLS 1.3 the client is content before the server has seen its certificate.
  int rounds = 0;
  run([&] { return client->sent_everything() && ++rounds > 4; });
  return client->established() && !lost;
}

void tls_pair::on_readable() {
  ++readable_calls;
  const std::size_t before = received.size();
  std::vector<char> space(read_space);
  do {
    const io_result got = transport->read(space);
    received.append(space.data(), got.bytes);
    ended = ended || got.status == io_status::ended;
    failed = failed || got.status == io_status::failed;
    if (got.status != io_status::done) break;
  } while (!pauses && !hasty && transport->has_pending());
  if (ended || failed || (pauses && received.size() != before)) transport->want_read(false);
}

void tls_pair::on_writable() {
  const std::string_view halves[] = {std::string_view(unwritten).substr(0, unwritten.size() / 2),
                                     std::string_view(unwritten).substr(unwritten.size() / 2)};
  const io_result went = transport->write(halves);
  unwritten.erase(0, went.bytes);
  failed = failed || went.status == io_status::failed;
  transport->want_write(!unwritten.empty() && !failed);
}

void tls_pair::write(std::string_view plain) {
  unwritten += plain;
  on_writable();
}

}  // namespace candela::net::test
