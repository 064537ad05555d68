#include <errno.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <candela/keys/detail/fetch_stream.hpp>
#include <stdexcept>

namespace candela::keys::detail {

namespace {

using std::chrono::milliseconds;

std::unexpected<error> failed(errc code, std::string text) { return std::unexpected(error(code, std::move(text))); }

bool name_peer(SSL* session, const url& to) {
  if (net::address::parse(to.host, to.port)) {
    return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), to.host.c_str()) == 1;
  }
  SSL_set_hostflags(session, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  return SSL_set1_host(session, to.host.c_str()) == 1 && SSL_set_tlsext_host_name(session, to.host.c_str()) == 1;
}

// What went wrong with the other end's certificate, if that was it.
std::string session_failure(SSL* session) {
  ERR_clear_error();
  const long verdict = SSL_get_verify_result(session);
  if (verdict == X509_V_OK) return "TLS failed";
  return std::string("TLS: ") + X509_verify_cert_error_string(verdict);
}

}  // namespace

ssl_ctx_ptr make_client_context(const std::string& authorities_file) {
  ssl_ctx_ptr made(SSL_CTX_new(TLS_client_method()));
  if (made == nullptr || SSL_CTX_set_min_proto_version(made.get(), TLS1_2_VERSION) != 1) {
    throw std::runtime_error("TLS cannot be set up");
  }
  const bool known = authorities_file.empty()
                         ? SSL_CTX_set_default_verify_paths(made.get()) == 1
                         : SSL_CTX_load_verify_locations(made.get(), authorities_file.c_str(), nullptr) == 1;
  ERR_clear_error();
  if (!known) throw std::runtime_error(authorities_file + ": no certificates of authorities can be read from it");
  SSL_CTX_set_verify(made.get(), SSL_VERIFY_PEER, nullptr);
  return made;
}

fetch_stream::~fetch_stream() {
  session_.reset();
  if (socket_ >= 0) ::close(socket_);
}

std::expected<void, error> fetch_stream::wait(short events) const {
  for (;;) {
    const auto left = std::chrono::ceil<milliseconds>(deadline_ - std::chrono::steady_clock::now());
    if (left.count() <= 0) return failed(errc::timed_out, "no answer in time");
    pollfd watched{socket_, events, 0};
    const int ready = ::poll(&watched, 1, static_cast<int>(std::min<milliseconds::rep>(left.count(), 60'000)));
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) return std::unexpected(system_error(errno, "poll"));
  }
}

bool fetch_stream::is_quiet() const noexcept {
  pollfd watched{socket_, POLLIN, 0};
  return ::poll(&watched, 1, 0) == 0 && (session_ == nullptr || SSL_has_pending(session_.get()) == 0);
}

std::expected<void, error> fetch_stream::connect(const net::address& where) {
  sockaddr_storage native{};
  const socklen_t length = where.to_native(&native);
  socket_ = ::socket(where.is_v6() ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (socket_ < 0) return std::unexpected(system_error(errno, "socket"));
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&native), length) == 0) return {};
  if (errno != EINPROGRESS) return std::unexpected(system_error(errno, where.to_string()));
  if (auto ready = wait(POLLOUT); !ready) return ready;
  int outcome = 0;
  socklen_t size = sizeof outcome;
  if (::getsockopt(socket_, SOL_SOCKET, SO_ERROR, &outcome, &size) != 0) outcome = errno;
  if (outcome != 0) return std::unexpected(system_error(outcome, where.to_string()));
  return {};
}

// After a call that did not get through: waits for what the session needs, or says that it has failed.
std::expected<void, error> fetch_stream::wait_for_session(int result) {
  switch (SSL_get_error(session_.get(), result)) {
    case SSL_ERROR_WANT_READ: return wait(POLLIN);
    case SSL_ERROR_WANT_WRITE: return wait(POLLOUT);
    default: return failed(errc::refused, session_failure(session_.get()));
  }
}

std::expected<void, error> fetch_stream::greet(const url& to, SSL_CTX* context) {
  session_.reset(SSL_new(context));
  if (session_ == nullptr || !name_peer(session_.get(), to) || SSL_set_fd(session_.get(), socket_) != 1) {
    ERR_clear_error();
    return failed(errc::out_of_resources, "TLS cannot be set up");
  }
  for (;;) {
    ERR_clear_error();
    const int result = SSL_connect(session_.get());
    if (result == 1) return {};
    if (auto ready = wait_for_session(result); !ready) return ready;
  }
}

std::expected<void, error> fetch_stream::open(const net::address& where, const url& to, SSL_CTX* context) {
  if (auto connected = connect(where); !connected) return connected;
  return to.secure ? greet(to, context) : std::expected<void, error>();
}

std::expected<void, error> fetch_stream::write(std::string_view bytes) {
  while (!bytes.empty()) {
    std::size_t moved = 0;
    if (session_ != nullptr) {
      ERR_clear_error();
      const int result = SSL_write_ex(session_.get(), bytes.data(), bytes.size(), &moved);
      if (result != 1) {
        if (auto ready = wait_for_session(result); !ready) return ready;
        continue;
      }
    } else {
      const ssize_t result = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (result < 0 && errno != EAGAIN && errno != EINTR) return std::unexpected(system_error(errno, "send"));
      if (result < 0) {
        if (auto ready = wait(POLLOUT); !ready) return ready;
        continue;
      }
      moved = static_cast<std::size_t>(result);
    }
    bytes.remove_prefix(moved);
  }
  return {};
}

std::expected<std::size_t, error> fetch_stream::read(std::span<char> space) {
  for (;;) {
    if (session_ != nullptr) {
      std::size_t moved = 0;
      ERR_clear_error();
      const int result = SSL_read_ex(session_.get(), space.data(), space.size(), &moved);
      if (result == 1) return moved;
      if (SSL_get_error(session_.get(), result) == SSL_ERROR_ZERO_RETURN) return std::size_t{0};
      if (auto ready = wait_for_session(result); !ready) return std::unexpected(std::move(ready).error());
      continue;
    }
    const ssize_t result = ::recv(socket_, space.data(), space.size(), 0);
    if (result >= 0) return static_cast<std::size_t>(result);
    if (errno != EAGAIN && errno != EINTR) return std::unexpected(system_error(errno, "recv"));
    if (auto ready = wait(POLLIN); !ready) return std::unexpected(std::move(ready).error());
  }
}

}  // namespace candela::keys::detail
