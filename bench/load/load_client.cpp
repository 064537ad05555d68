// Sockets and bookkeeping of the load client.
#include "bench/load/load_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <system_error>
#include <utility>

namespace candela::bench {
namespace {

constexpr std::size_t input_bytes = 256 * 1024;
constexpr std::size_t most_events = 512;
constexpr std::size_t group = 256;
constexpr std::size_t address_ports = 8192;
constexpr auto patience = std::chrono::seconds(5);
constexpr auto glance = std::chrono::milliseconds(100);

int checked(int result, const char* what) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), what);
  return result;
}

// The kernel looks long for a free port once half of an address's are taken: the loopback net has more addresses.
void bind_to_address(int fd, std::size_t number) {
  const int on = 1;
  setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  sockaddr_in source{};
  source.sin_family = AF_INET;
  source.sin_addr.s_addr = htonl(INADDR_LOOPBACK + static_cast<std::uint32_t>(number));
  checked(bind(fd, reinterpret_cast<sockaddr*>(&source), sizeof source), "bind");
}

// Which of the loopback addresses a connection comes from.
std::size_t address_of(const load_options& options, std::size_t number) {
  if (options.addresses.count == 0) return number / address_ports;
  return options.addresses.first + number % options.addresses.count;
}

int connect_to(std::uint16_t port, std::size_t from) {
  const int fd = checked(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
  if (from != 0) bind_to_address(fd, from);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    const std::error_code error(errno, std::generic_category());
    close(fd);
    throw std::system_error(error, "connect to 127.0.0.1:" + std::to_string(port));
  }
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  // Closing resets: ports that linger would be missing to the next client with thousands of connections.
  const linger at_once{1, 0};
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  return fd;
}

}  // namespace

load_client::load_client(const load_options& options)
    : options_(options),
      batch_(options.layout, options.depth),
      reader_(options.expected_body),
      connections_(options.connections),
      input_(input_bytes),
      events_(most_events) {
  epoll_ = checked(epoll_create1(EPOLL_CLOEXEC), "epoll_create1");
  for (first_ = 0; first_ < connections_.size(); first_ += group) connect_group();
  first_ = 0;
}

load_client::~load_client() {
  for (const connection& peer : connections_) {
    if (peer.fd >= 0) close(peer.fd);
  }
  close(epoll_);
}

// More connections than a server's queue holds would be refused, and silent ones are closed sooner or later: a group is
// answered before the next one connects.
void load_client::connect_group() {
  const std::size_t end = std::min(first_ + group, connections_.size());
  for (std::size_t at = first_; at < end; ++at) {
    connections_[at].fd = connect_to(options_.port, address_of(options_, at));
    watch(EPOLL_CTL_ADD, connections_[at], EPOLLIN);
  }
  if (connections_.size() > group) failed_greetings_ += run({{}, (end - first_) * options_.depth}).errors;
}

load_result load_client::run(const load_limit& limit) {
  const clock::time_point begin = clock::now();
  start(limit);
  clock::time_point last_answer = begin;
  while (waiting_ > 0 || pace_.goes_on()) {
    const std::size_t ready = await_events();
    for (std::size_t at = 0; at < ready; ++at) handle(events_[at]);
    const clock::time_point now = clock::now();
    if (ready > 0 || waiting_ == 0) last_answer = now;
    if (now - last_answer > patience) give_up();
    if (pace_.goes_on()) send_due(now);
  }
  result_.seconds = std::chrono::duration<double>(clock::now() - begin).count();
  return result_;
}

void load_client::start(const load_limit& limit) {
  limit_ = limit;
  const clock::time_point now = clock::now();
  end_ = now + limit.time;
  asked_ = 0;
  result_ = {};
  if (first_ == 0) result_.errors = std::exchange(failed_greetings_, 0);
  idle_.clear();
  pace_ = {};
  if (limit.rate > 0) {
    const double interval = 1e9 * options_.depth / limit.rate;
    pace_ = pace(now, end_, std::chrono::nanoseconds(std::max<std::int64_t>(1, static_cast<std::int64_t>(interval))));
  }
  std::size_t alive = 0;
  for (std::size_t at = first_; at < connections_.size(); ++at) {
    if (connections_[at].fd < 0) continue;
    ++alive;
    begin_batch(connections_[at], clock::now());
  }
  if (alive == 0) ++result_.errors;
}

// Without a rate a connection that has nothing under way sends at once.
void load_client::begin_batch(connection& peer, clock::time_point now) {
  if (limit_.rate > 0) {
    idle_.push_back(static_cast<std::uint32_t>(&peer - connections_.data()));
  } else {
    send_batch(peer, now);
  }
}

// A moment of the pace is a matter of microseconds: too fine for epoll_wait.
std::size_t load_client::await_events() {
  std::chrono::nanoseconds wait = glance;
  if (pace_.goes_on() && !idle_.empty()) wait = std::min(wait, pace_.until(clock::now()));
  const timespec limit{0, static_cast<long>(wait.count())};
  const int ready = epoll_pwait2(epoll_, events_.data(), static_cast<int>(events_.size()), &limit, nullptr);
  return ready < 0 ? 0 : static_cast<std::size_t>(ready);
}

void load_client::handle(const epoll_event& event) {
  connection& peer = connections_[event.data.u32];
  if (!peer.unsent.empty()) send_rest(peer);
  if (peer.fd >= 0 && (event.events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0) receive(peer);
}

void load_client::send_due(clock::time_point now) {
  while (pace_.due(now) && !idle_.empty()) {
    connection& peer = connections_[idle_.front()];
    idle_.pop_front();
    if (peer.fd >= 0) send_batch(peer, pace_.take());
  }
  const bool nobody_left = waiting_ == 0 && idle_.empty();
  if (!pace_.goes_on() || (!nobody_left && now <= end_ + patience)) return;
  if (lost_.empty()) lost_ = "the server was too slow for the rate";
  result_.errors += pace_.abandon() * options_.depth;
}

void load_client::send_batch(connection& peer, clock::time_point now) {
  std::size_t count = options_.depth;
  if (limit_.requests != 0) {
    count = static_cast<std::size_t>(std::min<std::uint64_t>(count, limit_.requests - asked_));
  } else if (now >= end_) {
    count = 0;
  }
  if (count == 0) return;
  peer.batch = peer.waiting = count;
  peer.sent = now;
  asked_ += count;
  waiting_ += count;
  const std::string_view bytes = batch_.next(count);
  const ssize_t sent = send(peer.fd, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  if (sent == static_cast<ssize_t>(bytes.size())) return;
  if (sent < 0 && errno != EAGAIN) return lose(peer, "sending failed");
  peer.unsent = bytes.substr(sent < 0 ? 0 : static_cast<std::size_t>(sent));
  watch(EPOLL_CTL_MOD, peer, EPOLLIN | EPOLLOUT);
}

void load_client::send_rest(connection& peer) {
  const ssize_t sent = send(peer.fd, peer.unsent.data(), peer.unsent.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  if (sent < 0 && errno == EAGAIN) return;
  if (sent < 0) return lose(peer, "sending failed");
  peer.unsent.erase(0, static_cast<std::size_t>(sent));
  if (peer.unsent.empty()) watch(EPOLL_CTL_MOD, peer, EPOLLIN);
}

void load_client::receive(connection& peer) {
  const std::size_t kept = peer.partial.size();
  if (kept == input_.size()) return lose(peer, "an answer is longer than the client's buffer");
  std::copy_n(peer.partial.data(), kept, input_.data());
  const ssize_t got = recv(peer.fd, input_.data() + kept, input_.size() - kept, MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0) return lose(peer, "the server closed the connection");
  take(peer, {input_.data(), kept + static_cast<std::size_t>(got)});
}

void load_client::take(connection& peer, std::string_view bytes) {
  const answers_read got = reader_.read(bytes, peer.waiting);
  result_.requests += got.answers;
  result_.errors += got.wrong;
  peer.waiting -= got.answers;
  waiting_ -= got.answers;
  if (got.broken) return lose(peer, "an answer cannot be framed: " + reader_.first_wrong());
  const std::string_view rest = bytes.substr(got.consumed);
  if (peer.waiting == 0 && !rest.empty()) return lose(peer, "the server sent more than was asked for");
  if (!rest.empty() || !peer.partial.empty()) peer.partial = rest;
  if (peer.waiting == 0 && got.answers > 0) finish_batch(peer);
}

void load_client::finish_batch(connection& peer) {
  const clock::time_point now = clock::now();
  result_.latency.record(now - peer.sent, peer.batch);
  begin_batch(peer, now);
}

void load_client::lose(connection& peer, std::string_view why) {
  if (lost_.empty()) lost_ = why;
  result_.errors += std::max<std::size_t>(peer.waiting, 1);
  waiting_ -= peer.waiting;
  close(peer.fd);
  peer = connection{};
}

void load_client::give_up() {
  for (connection& peer : connections_) {
    if (peer.waiting > 0) lose(peer, "no answer for five seconds");
  }
}

void load_client::watch(int operation, const connection& peer, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.u32 = static_cast<std::uint32_t>(&peer - connections_.data());
  checked(epoll_ctl(epoll_, operation, peer.fd, &event), "epoll_ctl");
}

}  // namespace candela::bench
