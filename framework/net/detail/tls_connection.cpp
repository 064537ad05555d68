#include <sys/socket.h>

#include <algorithm>
#include <candela/net/detail/tls_connection.hpp>
#include <candela/net/detail/tls_identity.hpp>
#include <candela/net/detail/tls_native.hpp>
#include <cstring>
#include <numeric>
#include <utility>

namespace candela::net {

namespace {

constexpr std::size_t record_bytes = 16 * 1024;
// Plain text sealed ahead of the kernel by one write.
constexpr std::size_t most_ahead = 4 * record_bytes;
// A peer that makes us answer (key updates) and never reads is let go.
constexpr std::size_t most_unsent = 4 * most_ahead;
// A whole record, also for a reader with little room.
constexpr std::size_t least_receive = record_bytes + 512;

// Joins small pieces, so that head and body share a record.
class record_stage {
 public:
  explicit record_stage(tls_session& session) noexcept : session_(session) {}

  bool add(std::string_view piece) {
    while (!piece.empty()) {
      const std::string_view next = piece.substr(0, record_bytes - length_);
      piece.remove_prefix(next.size());
      if (next.size() == record_bytes) {
        if (!session_.write(next)) return false;
        continue;
      }
      std::memcpy(bytes_ + length_, next.data(), next.size());
      length_ += next.size();
      if (length_ == record_bytes && !flush()) return false;
    }
    return true;
  }

  bool flush() { return length_ == 0 || session_.write({bytes_, std::exchange(length_, 0)}); }

 private:
  tls_session& session_;
  std::size_t length_ = 0;
  char bytes_[record_bytes];
};

}  // namespace

tls_connection::tls_connection(worker& owner, const address& peer, const tls_context& context, tls_observer* observer)
    : socket_base(owner, peer),
      session_(tls_native::context(context)),
      timer_(owner.timers(), [](timer& fired) { static_cast<own_timer&>(fired).owner->on_timer(); }),
      handshake_timeout_(context.options().handshake_timeout),
      observer_(observer) {
  timer_.owner = this;
}

void tls_connection::start(transport_events& events) {
  events_ = &events;
  listener_reads_ = true;
  timer_.arm(worker_.time().steady() + handshake_timeout_);
  watch_what_is_wanted();
}

void tls_connection::watch_what_is_wanted() noexcept {
  read_wanted_ = phase_ == phase::handshake || (phase_ == phase::open && listener_reads_);
  write_wanted_ = !session_.unsent().empty() || (phase_ == phase::open && listener_writes_);
  rewatch();
}

void tls_connection::want_read(bool wanted) {
  listener_reads_ = wanted;
  if (wanted && has_pending()) timer_.arm(worker_.time().steady());
  watch_what_is_wanted();
}

void tls_connection::want_write(bool wanted) {
  listener_writes_ = wanted;
  watch_what_is_wanted();
}

void tls_connection::on_ready(int events) {
  if (phase_ == phase::broken) return;
  const bool readable = (events & UV_READABLE) != 0 && read_wanted_;
  const bool writable = (events & UV_WRITABLE) != 0 && write_wanted_;
  if (!readable && !writable) return lose();
  if (writable && !send_unsent()) return lose();
  if (phase_ == phase::handshake) {
    if (readable) shake_hands();
    return;
  }
  if (readable) deliver();
  // In the same event, or a peer that never stops sending would keep our answers waiting.
  if (writable && is_open() && listener_writes_ && session_.unsent().empty()) events_->on_writable();
}

void tls_connection::on_timer() {
  if (phase_ == phase::handshake) return refuse("the handshake took too long");
  if (listener_reads_ && has_pending()) deliver();
}

void tls_connection::deliver() {
  events_->on_readable();
  // The listener may have closed us, or stopped before everything was read while the socket has nothing to report.
  if (is_open() && listener_reads_ && has_pending()) {
    timer_.arm(worker_.time().steady());
  }
}

void tls_connection::shake_hands() {
  const std::span<char> slab = worker_.cipher_slab();
  const io_result got = receive(slab);
  if (got.status == io_status::would_block) return;
  if (got.status != io_status::done) return refuse("the peer left during the handshake");
  session_.feed({slab.data(), got.bytes});
  const tls_session::outcome reached = session_.handshake();
  session_.keep();
  const bool sent = send_unsent();
  if (reached == tls_session::outcome::done && sent) return finish_handshake();
  if (reached == tls_session::outcome::starved && sent) return;
  if (session_.met_http()) answer_plain_http();
  refuse(session_.why());
}

// Whoever mixed up the ports finds out sooner. What the kernel does not take at once is not worth keeping.
void tls_connection::answer_plain_http() noexcept {
  static constexpr std::string_view answer[] = {
      "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: 34\r\nConnection: close\r\n\r\n"
      "This port speaks HTTPS, not HTTP.\n"};
  static_cast<void>(send(answer));
}

void tls_connection::finish_handshake() {
  phase_ = phase::open;
  timer_.cancel();
  if (X509* certificate = session_.peer_certificate(); certificate != nullptr) {
    identity_ = std::make_unique<peer_identity>(identity_of(certificate));
  }
  watch_what_is_wanted();
  // What came behind the client's last handshake message.
  if (listener_reads_ && has_pending()) deliver();
}

void tls_connection::refuse(std::string_view why) {
  if (observer_ != nullptr) observer_->on_handshake_failed(peer(), why);
  lose();
}

void tls_connection::lose() {
  phase_ = phase::broken;
  timer_.cancel();
  session_.unsent().clear();
  read_wanted_ = write_wanted_ = false;
  // An observer may have closed us.
  if (is_open()) socket_base::on_ready(0);
}

bool tls_connection::has_pending() const noexcept {
  return phase_ == phase::open && (verdict_ != io_status::done || session_.has_pending());
}

io_result tls_connection::read(std::span<char> space) {
  if (phase_ != phase::open) return {phase_ == phase::handshake ? io_status::would_block : io_status::failed, 0};
  io_result result = read_session(space);
  if (result.status == io_status::would_block) result = fill_from_socket(space);
  // Reading may have made answers: alerts, key updates.
  if (owed_ == 0 && !session_.unsent().empty()) send_unsent();
  if (session_.unsent().size() > most_unsent) result = {io_status::failed, 0};
  if (result.status == io_status::failed) phase_ = phase::broken;
  return result;
}

io_result tls_connection::fill_from_socket(std::span<char> space) {
  const std::span<char> slab = worker_.cipher_slab();
  // No more than fits the reader: what he has no room for would have to be copied aside.
  const io_result got = receive(slab.first(std::min(slab.size(), std::max(space.size(), least_receive))));
  if (got.status != io_status::done) return got;
  session_.feed({slab.data(), got.bytes});
  const io_result result = read_session(space);
  session_.keep();
  return result;
}

io_result tls_connection::read_session(std::span<char> space) {
  if (verdict_ != io_status::done) return {std::exchange(verdict_, io_status::done), 0};
  std::size_t bytes = 0;
  const tls_session::outcome reached = session_.read(space, bytes);
  if (reached == tls_session::outcome::ended) verdict_ = io_status::ended;
  if (reached == tls_session::outcome::failed) verdict_ = io_status::failed;
  if (bytes != 0) return {io_status::done, bytes};
  return {verdict_ == io_status::done ? io_status::would_block : std::exchange(verdict_, io_status::done), 0};
}

io_result tls_connection::write(std::span<const std::string_view> pieces) {
  if (phase_ == phase::handshake) return {io_status::would_block, 0};
  if (phase_ == phase::broken || notified_ || !send_unsent()) return {io_status::failed, 0};
  if (!session_.unsent().empty()) return {io_status::would_block, 0};
  const std::size_t offered = std::transform_reduce(pieces.begin(), pieces.end(), std::size_t{0}, std::plus<>(),
                                                    [](std::string_view piece) { return piece.size(); });
  const std::size_t settled = std::min(offered, owed_);
  owed_ -= settled;
  const std::size_t sealed = owed_ == 0 ? seal(pieces, settled) : 0;
  if (phase_ == phase::broken || !send_unsent()) return {io_status::failed, 0};
  if (session_.unsent().empty()) return {io_status::done, settled + sealed};
  owed_ = sealed;
  return {settled != 0 ? io_status::done : io_status::would_block, settled};
}

// Seals up to `most_ahead` bytes of what stands behind the first `skip` ones.
std::size_t tls_connection::seal(std::span<const std::string_view> pieces, std::size_t skip) {
  record_stage stage(session_);
  std::size_t sealed = 0;
  bool whole = true;
  for (std::string_view piece : pieces) {
    const std::size_t skipped = std::min(skip, piece.size());
    skip -= skipped;
    piece = piece.substr(skipped, most_ahead - sealed);
    whole = whole && stage.add(piece);
    sealed += piece.size();
  }
  if (!whole || !stage.flush()) phase_ = phase::broken;
  return sealed;
}

bool tls_connection::send_unsent() noexcept {
  byte_queue& unsent = session_.unsent();
  while (!unsent.empty()) {
    std::string_view views[16];
    const io_result sent = send(std::span(views).first(unsent.gather(views)));
    if (sent.status == io_status::failed) return false;
    if (sent.status == io_status::would_block) break;
    unsent.consume(sent.bytes);
  }
  if (unsent.empty() && fin_due_) {
    fin_due_ = false;
    ::shutdown(descriptor_, SHUT_WR);
  }
  watch_what_is_wanted();
  return true;
}

void tls_connection::shut_write() {
  if (notified_ || phase_ == phase::broken) return;
  if (phase_ == phase::open) session_.close_notify();
  notified_ = fin_due_ = true;
  if (!send_unsent()) phase_ = phase::broken;
}

void tls_connection::close(bool reset) noexcept {
  timer_.cancel();
  if (!reset && !notified_ && phase_ == phase::open) {
    session_.close_notify();
    static_cast<void>(send_unsent());
  }
  socket_base::close(reset);
}

}  // namespace candela::net
