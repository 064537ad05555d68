#include "tests/db/scripted_server.hpp"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include <bit>
#include <cstring>

namespace candela::testing {

namespace {

template <class Unsigned>
std::string network(Unsigned value) {
  value = std::byteswap(value);
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

std::string ended(std::string_view text) { return std::string(text) + '\0'; }

// A socket that nobody opened by libpq.
class socket_channel final : public db::postgres::wire_channel {
 public:
  explicit socket_channel(int descriptor) : descriptor_(descriptor) {}
  ~socket_channel() override { finish(); }
  [[nodiscard]] int descriptor() const noexcept override { return descriptor_; }
  [[nodiscard]] db::postgres::io_outcome read(std::span<char> space) override {
    return outcome(::recv(descriptor_, space.data(), space.size(), 0));
  }
  [[nodiscard]] db::postgres::io_outcome write(std::string_view bytes) override {
    return outcome(::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL));
  }
  [[nodiscard]] bool has_pending() const noexcept override { return false; }
  void finish() noexcept override {
    if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
  }
  void cancel_on_server() override {}

 private:
  static db::postgres::io_outcome outcome(ssize_t moved) {
    using kind = db::postgres::io_outcome::kind;
    if (moved > 0) return {kind::done, static_cast<std::size_t>(moved)};
    return {moved < 0 && errno == EAGAIN ? kind::later : kind::failed, 0};
  }

  int descriptor_;
};

}  // namespace

server_bytes& server_bytes::message(char kind, std::string_view body) {
  bytes_ += kind;
  bytes_ += network(static_cast<std::uint32_t>(body.size() + 4));
  bytes_ += body;
  return *this;
}

server_bytes& server_bytes::prepared(std::initializer_list<db::sql_type> parameters,
                                     std::initializer_list<std::pair<std::string_view, db::sql_type>> columns) {
  message('1', {});
  std::string types = network(static_cast<std::uint16_t>(parameters.size()));
  for (const db::sql_type each : parameters) types += network(static_cast<std::uint32_t>(each));
  message('t', types);
  if (columns.size() == 0) return message('n', {});
  std::string described = network(static_cast<std::uint16_t>(columns.size()));
  for (const auto& [name, type] : columns) {
    described += ended(name) + std::string(6, '\0') + network(static_cast<std::uint32_t>(type)) + std::string(8, '\0');
  }
  return message('T', described);
}

server_bytes& server_bytes::row(std::initializer_list<std::int32_t> values) {
  std::string body = network(static_cast<std::uint16_t>(values.size()));
  for (const std::int32_t value : values) {
    body += network(std::uint32_t{4}) + network(static_cast<std::uint32_t>(value));
  }
  return message('D', body);
}

server_bytes& server_bytes::text_row(std::string_view value) {
  return message('D',
                 network(std::uint16_t{1}) + network(static_cast<std::uint32_t>(value.size())) + std::string(value));
}

server_bytes& server_bytes::complete(std::string_view tag) { return message('C', ended(tag)); }

server_bytes& server_bytes::failure(std::string_view sqlstate, std::string_view text, std::string_view severity) {
  return message('E', "S" + ended(severity) + "V" + ended(severity) + "C" + ended(sqlstate) + "M" + ended(text) + '\0');
}

server_bytes& server_bytes::notice(std::string_view text) {
  return message('N', "S" + ended("NOTICE") + "C" + ended("00000") + "M" + ended(text) + '\0');
}

scripted_server::scripted_server(const db::settings& settings)
    : queries(*this, memory_here_, {}, std::chrono::steady_clock::time_point::max()),
      host_(worker_, settings, nullptr) {
  int ends[2];
  REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) == 0);
  descriptor_ = ends[0];
  link_ = std::make_shared<db::postgres::wire_link>(host_, std::make_unique<socket_channel>(ends[1]));
}

scripted_server::~scripted_server() {
  link_->close(db::error(db::errc::closed));
  link_.reset();
  die();
}

bool scripted_server::submit(db::operation& asked) {
  asked.submitted_at = time_.steady();
  asked.deadline = std::min(asked.deadline, asked.submitted_at + host_.options.query_timeout);
  if (link_->is_open()) return link_->send(asked);
  asked.fail(db::error(db::errc::connection_lost));
  return false;
}

std::string scripted_server::take() {
  std::string taken;
  char space[4096];
  turn();
  for (ssize_t got = 0; (got = ::recv(descriptor_, space, sizeof space, 0)) > 0;) {
    taken.append(space, static_cast<std::size_t>(got));
    turn();
  }
  return taken;
}

std::string scripted_server::take_kinds() {
  const std::string bytes = take();
  std::string kinds;
  for (std::size_t at = 0; at + 5 <= bytes.size();) {
    kinds += bytes[at];
    std::uint32_t length = 0;
    std::memcpy(&length, bytes.data() + at + 1, sizeof length);
    at += 1 + std::byteswap(length);
  }
  return kinds;
}

void scripted_server::say(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
    if (sent < 0 && errno != EAGAIN) break;
    turn();
  }
  turn();
}

std::size_t scripted_server::offer(std::string_view bytes) {
  const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  turn();
  return sent > 0 ? static_cast<std::size_t>(sent) : 0;
}

void scripted_server::die() {
  if (descriptor_ < 0) return;
  ::close(std::exchange(descriptor_, -1));
  turn();
}

void scripted_server::pass(std::chrono::milliseconds time) {
  time_.advance(time);
  worker_.loop().fire_timers();
  turn();
}

}  // namespace candela::testing
