// When the heap has nothing left, at any one allocation of a request, its connection may be lost and nothing else is.
#include <doctest/doctest.h>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <candela/core/log.hpp>
#include <candela/net/socket_transport.hpp>
#include <cstdlib>
#include <new>
#include <tests/server/fixture.hpp>

namespace {
// Allocations that still succeed before one fails; none fails while it is negative.
long until_failure = -1;
}  // namespace

void* operator new(std::size_t bytes) {
  if (until_failure >= 0 && until_failure-- == 0) throw std::bad_alloc();
  if (void* memory = std::malloc(bytes == 0 ? 1 : bytes)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

using namespace candela;
using namespace candela::testing;

namespace {

// The other end of a connection over a socket.
class client {
 public:
  explicit client(server_fixture& server) : server_(server) {
    int ends[2];
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) == 0);
    descriptor_ = ends[0];
    net::transport_ptr made =
        net::make_socket_transport(server.worker(), ends[1], *net::address::parse("127.0.0.1", 1));
    REQUIRE(made != nullptr);
    server.context().open(std::move(made));
  }
  client(const client&) = delete;
  client& operator=(const client&) = delete;
  ~client() {
    close(descriptor_);
    server_.turns(3);
  }

  // What comes back within a turn; the connection may be gone.
  std::string_view ask(std::string_view bytes) {
    static_cast<void>(::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL));
    server_.turn();
    const ssize_t got = ::recv(descriptor_, answer_, sizeof answer_, 0);
    return {answer_, got < 0 ? 0 : static_cast<std::size_t>(got)};
  }

 private:
  server_fixture& server_;
  int descriptor_ = -1;
  char answer_[16 * 1024];
};

constexpr std::string_view plain = "GET /plain HTTP/1.1\r\nHost: a\r\n\r\n";
constexpr std::string_view post_head = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n";
constexpr std::string_view chunked_head = "POST /count HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

task<void> count(exchange& x) {
  std::size_t bytes = 0;
  for (;;) {
    auto piece = co_await x.read();
    if (!piece || piece->empty()) break;
    bytes += piece->size();
  }
  x.text(bytes);
}

}  // namespace

TEST_CASE("an allocation that fails in a request costs its connection at most, whichever it is") {
  server_fixture server;
  server.get("/plain", [](exchange& x) { x.text("Hello, World!"); });
  server.post("/echo", [](exchange& x) { x.text(x.request().body()); });
  server.post("/count", count, {}, {.body = body_mode::streamed});
  server.serve();
  log::info("the log has its ring");
  const std::vector<std::string_view> requests[] = {
      {plain, "GET /no"},
      {post_head, "hello", "world"},
      {chunked_head, "5\r\nhe", "llo\r\n", "0\r\n\r\n"},
      {"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", "x\r\n"},
  };
  for (const auto& pieces : requests) {
    CAPTURE(pieces.front());
    long failing = 0;
    for (bool failed = true; failed; ++failing) {
      {
        client unlucky(server);
        until_failure = failing;
        for (const std::string_view piece : pieces) unlucky.ask(piece);
        failed = until_failure == -1;
        until_failure = -1;
      }
      CHECK(server.dispatcher().running() == 0);
      client other(server);
      CHECK(other.ask(plain).ends_with("Hello, World!"));
    }
    CHECK(failing > 1);
  }
}
