#include "bench/database_floor/query_responder.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <random>

#include "bench/floor/sockets.hpp"

namespace candela::bench {
namespace {

constexpr std::size_t input_bytes = 64 * 1024;
constexpr std::uint64_t world_count = 10'000;

void append_number(std::string& text, std::size_t number) {
  std::array<char, 20> digits{};
  char* const end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  text.append(digits.data(), end);
}

}  // namespace

query_responder::query_responder(postgres_pipe& database, std::string head, query_answer answer, std::uint16_t port)
    : database_(database),
      head_(std::move(head)),
      answer_(answer),
      input_(input_bytes),
      random_(std::random_device()() | 1U) {
  const listening made = listen_on_loopback(port);
  listener_ = made.descriptor;
  port_ = made.port;
  epoll_ = checked(epoll_create1(EPOLL_CLOEXEC), "epoll_create1");
  watch(epoll_, EPOLL_CTL_ADD, listener_, EPOLLIN);
  watch(epoll_, EPOLL_CTL_ADD, database_.descriptor(), EPOLLIN);
}

query_responder::~query_responder() {
  for (std::size_t fd = 0; fd < connections_.size(); ++fd) {
    if (connections_[fd].open) close(static_cast<int>(fd));
  }
  close(epoll_);
  close(listener_);
}

void query_responder::run(const volatile std::sig_atomic_t& stop) {
  std::array<epoll_event, 512> events{};
  while (stop == 0) {
    const int ready = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
    for (int at = 0; at < ready; ++at) handle(events[static_cast<std::size_t>(at)].data.fd);
    database_.flush();
  }
}

void query_responder::handle(int fd) {
  if (fd == listener_) return accept_all();
  if (fd != database_.descriptor()) return serve(fd);
  database_.receive([this](world_row row) { take(row); });
  write_answers();
}

void query_responder::accept_all() {
  for (;;) {
    const int fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (connections_.size() <= static_cast<std::size_t>(fd)) connections_.resize(static_cast<std::size_t>(fd) + 1);
    connection& fresh = connections_[static_cast<std::size_t>(fd)];
    fresh = {{}, {}, fresh.serial + 1, true};
    watch(epoll_, EPOLL_CTL_ADD, fd, EPOLLIN);
  }
}

void query_responder::serve(int fd) {
  connection& peer = connections_[static_cast<std::size_t>(fd)];
  const ssize_t got = read(fd, input_.data(), input_.size());
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0) return end(fd);
  for (std::size_t heads = peer.ends.count({input_.data(), static_cast<std::size_t>(got)}); heads != 0; --heads) {
    waiting_.push_back({fd, peer.serial});
    for (unsigned i = 0; i != answer_.queries; ++i) database_.ask(random_id());
  }
}

void query_responder::take(world_row row) {
  if (answer_.array) body_ += rows_ == 0 ? '[' : ',';
  body_ += R"({"id":)";
  append_number(body_, row.id);
  body_ += R"(,"randomNumber":)";
  append_number(body_, row.number);
  body_ += '}';
  if (++rows_ == answer_.queries) answer_first();
}

void query_responder::answer_first() {
  if (answer_.array) body_ += ']';
  const request done = waiting_.front();
  waiting_.pop_front();
  connection& peer = connections_[static_cast<std::size_t>(done.fd)];
  // The client may have gone, and its descriptor may be another's.
  if (peer.open && peer.serial == done.serial) {
    if (peer.output.empty()) answered_.push_back(done.fd);
    peer.output += head_;
    append_number(peer.output, body_.size());
    peer.output.append("\r\n\r\n").append(body_);
  }
  body_.clear();
  rows_ = 0;
}

// A client that takes nothing loses its answers: none of those that measure does so.
void query_responder::write_answers() {
  for (const int fd : answered_) {
    connection& peer = connections_[static_cast<std::size_t>(fd)];
    if (peer.open && write(fd, peer.output.data(), peer.output.size()) != static_cast<ssize_t>(peer.output.size()))
      end(fd);
    peer.output.clear();
  }
  answered_.clear();
}

void query_responder::end(int fd) {
  connections_[static_cast<std::size_t>(fd)].open = false;
  close(fd);
}

// Marsaglia's xorshift: as little as a random id can cost.
std::uint32_t query_responder::random_id() {
  random_ ^= random_ << 13;
  random_ ^= random_ >> 7;
  random_ ^= random_ << 17;
  return static_cast<std::uint32_t>((random_ >> 32) * world_count >> 32) + 1;
}

}  // namespace candela::bench
