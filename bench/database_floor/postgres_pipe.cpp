// Bytes of the protocol: PostgreSQL documentation, section 55.7.
#include "bench/database_floor/postgres_pipe.hpp"

#include <fcntl.h>
#include <libpq-fe.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <map>
#include <memory>
#include <stdexcept>
#include <system_error>

#include "bench/floor/sockets.hpp"

namespace candela::bench {
namespace {

constexpr std::size_t input_bytes = 1 << 20;
constexpr std::size_t header_bytes = 5;  // type and length

std::uint32_t big_endian(const char* bytes) {
  std::uint32_t value = 0;
  std::memcpy(&value, bytes, sizeof value);
  return ntohl(value);
}

std::string number32(std::uint32_t value) {
  const std::uint32_t wire = htonl(value);
  return {reinterpret_cast<const char*>(&wire), sizeof wire};
}

std::string number16(std::uint16_t value) {
  const std::uint16_t wire = htons(value);
  return {reinterpret_cast<const char*>(&wire), sizeof wire};
}

std::string text(std::string_view value) { return std::string(value) + '\0'; }

std::string message(char type, const std::string& body) {
  return type + number32(static_cast<std::uint32_t>(body.size()) + 4) + body;
}

// Bind of one binary parameter for binary results, Execute and Sync; the id stands at `id_offset`.
std::string rendered_question() {
  const std::string bind = text("") + text("w") + number16(1) + number16(1) + number16(1) + number32(4) + number32(0) +
                           number16(1) + number16(1);
  return message('B', bind) + message('E', text("") + number32(0)) + message('S', "");
}
constexpr std::size_t id_offset = header_bytes + 1 + 2 + 2 + 2 + 2 + 4;

// What libpq makes of a URL, its defaults included.
std::map<std::string, std::string> parts_of(const std::string& url) {
  const auto end = [](PQconninfoOption* all) { PQconninfoFree(all); };
  char* wrong = nullptr;
  const std::unique_ptr<PQconninfoOption, decltype(end)> given(PQconninfoParse(url.c_str(), &wrong), end);
  if (given == nullptr) {
    const std::string why = wrong == nullptr ? "no memory" : wrong;
    PQfreemem(wrong);
    throw std::runtime_error("--db: " + why);
  }
  std::map<std::string, std::string> parts;
  for (const PQconninfoOption* each = given.get(); each->keyword != nullptr; ++each) {
    if (each->val != nullptr) parts[each->keyword] = each->val;
  }
  return parts;
}

int connect_socket(const std::string& folder, const std::string& port) {
  sockaddr_un where{};
  where.sun_family = AF_UNIX;
  const std::string path = folder + "/.s.PGSQL." + port;
  if (path.size() >= sizeof where.sun_path) throw std::runtime_error("--db: the socket's path is too long");
  path.copy(where.sun_path, path.size());
  const int made = checked(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
  checked(connect(made, reinterpret_cast<const sockaddr*>(&where), sizeof where), path.c_str());
  return made;
}

int connect_tcp(const std::string& host, const std::string& port) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int failed = getaddrinfo(host.c_str(), port.c_str(), &wanted, &found); failed != 0) {
    throw std::runtime_error(host + ": " + gai_strerror(failed));
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owned(found, freeaddrinfo);
  const int made = checked(socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
  checked(connect(made, found->ai_addr, found->ai_addrlen), host.c_str());
  const int on = 1;
  checked(setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), "TCP_NODELAY");
  return made;
}

}  // namespace

postgres_pipe::postgres_pipe(const std::string& url) : input_(input_bytes) {
  auto parts = parts_of(url);
  const std::string port = parts["port"].empty() ? "5432" : parts["port"];
  const std::string& host = parts["host"];
  socket_ = host.starts_with('/') ? connect_socket(host, port) : connect_tcp(host.empty() ? "127.0.0.1" : host, port);
  start_up(parts["user"], parts["dbname"]);
  const int flags = checked(fcntl(socket_, F_GETFL), "F_GETFL");
  checked(fcntl(socket_, F_SETFL, flags | O_NONBLOCK), "F_SETFL");
}

postgres_pipe::~postgres_pipe() { close(socket_); }

void postgres_pipe::start_up(const std::string& user, const std::string& database) {
  constexpr std::uint32_t version = 3 << 16;
  const std::string start =
      number32(version) + text("user") + text(user) + text("database") + text(database) + std::string(1, '\0');
  send_all(number32(static_cast<std::uint32_t>(start.size()) + 4) + start);
  await_ready();
  send_all(message('P', text("w") + text("SELECT id, randomnumber FROM world WHERE id = $1") + number16(0)) +
           message('S', ""));
  await_ready();
}

void postgres_pipe::await_ready() {
  for (;;) {
    char type = 0;
    std::string_view body;
    while (next_message(type, body)) {
      if (type == 'R' && big_endian(body.data()) != 0) throw std::runtime_error("the database asks for a password");
      if (type == 'Z') return drop_consumed();
    }
    drop_consumed();
    fill();
  }
}

void postgres_pipe::ask(std::uint32_t id) {
  static const std::string question = rendered_question();
  const std::size_t at = unsent_.size();
  unsent_ += question;
  const std::uint32_t wire = htonl(id);
  std::memcpy(unsent_.data() + at + id_offset, &wire, sizeof wire);
}

void postgres_pipe::flush() {
  if (unsent_.empty()) return;
  const ssize_t sent = write(socket_, unsent_.data(), unsent_.size());
  if (sent < 0 && errno != EAGAIN) checked(-1, "write to the database");
  if (sent > 0) unsent_.erase(0, static_cast<std::size_t>(sent));
}

void postgres_pipe::send_all(std::string_view bytes) {
  while (!bytes.empty()) {
    bytes.remove_prefix(
        static_cast<std::size_t>(checked(static_cast<int>(write(socket_, bytes.data(), bytes.size())), "write")));
  }
}

void postgres_pipe::fill() {
  const ssize_t got = read(socket_, input_.data() + end_, input_.size() - end_);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0) throw std::runtime_error("the database ended the connection");
  end_ += static_cast<std::size_t>(got);
}

bool postgres_pipe::next_message(char& type, std::string_view& body) {
  if (end_ - begin_ < header_bytes) return false;
  const char* const at = input_.data() + begin_;
  const std::size_t size = big_endian(at + 1) + 1;
  if (end_ - begin_ < size) return false;
  type = *at;
  body = {at + header_bytes, size - header_bytes};
  begin_ += size;
  if (type == 'E') throw std::runtime_error("the database refuses: " + std::string(body));
  return true;
}

// A row of two binary int4: their number, then length and value of each.
bool postgres_pipe::next_row(world_row& row) {
  char type = 0;
  std::string_view body;
  while (next_message(type, body)) {
    if (type != 'D') continue;
    row = {big_endian(body.data() + 6), big_endian(body.data() + 14)};
    return true;
  }
  return false;
}

void postgres_pipe::drop_consumed() {
  if (begin_ == 0) return;
  std::memmove(input_.data(), input_.data() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
}

}  // namespace candela::bench
