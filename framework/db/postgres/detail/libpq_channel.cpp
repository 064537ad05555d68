#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <algorithm>
#include <candela/db/postgres/detail/libpq_channel.hpp>
#include <limits>

namespace candela::db::postgres {

namespace {

constexpr std::size_t most_at_once = static_cast<std::size_t>(std::numeric_limits<int>::max());

io_outcome socket_outcome(ssize_t moved) noexcept {
  if (moved > 0) return {io_outcome::kind::done, static_cast<std::size_t>(moved)};
  const bool later = moved < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR);
  return {later ? io_outcome::kind::later : io_outcome::kind::failed, 0};
}

}  // namespace

libpq_channel::libpq_channel(connection_ptr connection, cancel_thread& canceller)
    : connection_(std::move(connection)),
      cancel_(connection_.get(), canceller),
      descriptor_(libpq().socket(connection_.get())),
      tls_(static_cast<ssl_st*>(libpq().getssl(connection_.get()))) {
  // What was left over is sent from another address, after the buffer has grown.
  if (tls_ != nullptr) SSL_set_mode(tls_, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
}

io_outcome libpq_channel::read(std::span<char> space) {
  if (tls_ == nullptr) return socket_outcome(::recv(descriptor_, space.data(), space.size(), 0));
  ERR_clear_error();
  return tls_outcome(SSL_read(tls_, space.data(), static_cast<int>(std::min(space.size(), most_at_once))));
}

io_outcome libpq_channel::write(std::string_view bytes) {
  if (tls_ == nullptr) return socket_outcome(::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL));
  ERR_clear_error();
  return tls_outcome(SSL_write(tls_, bytes.data(), static_cast<int>(std::min(bytes.size(), most_at_once))));
}

bool libpq_channel::has_pending() const noexcept { return tls_ != nullptr && SSL_pending(tls_) > 0; }

io_outcome libpq_channel::tls_outcome(int result) const noexcept {
  if (result > 0) return {io_outcome::kind::done, static_cast<std::size_t>(result)};
  const int why = SSL_get_error(tls_, result);
  const bool later = why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE;
  return {later ? io_outcome::kind::later : io_outcome::kind::failed, 0};
}

}  // namespace candela::db::postgres
