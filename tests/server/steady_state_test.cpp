// What a synchronous request costs once everything is warm: no heap, one read and one write for a batch.
#include <doctest/doctest.h>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <candela/net/socket_transport.hpp>
#include <cstdlib>
#include <new>
#include <tests/server/fixture.hpp>

namespace {
std::atomic<std::size_t> allocations{0};
}  // namespace

void* operator new(std::size_t bytes) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* memory = std::malloc(bytes == 0 ? 1 : bytes)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

using namespace candela;
using namespace candela::testing;

namespace {

// Stands between the connection and a socket, and counts the calls that move bytes.
class counting_transport final : public net::transport {
 public:
  struct calls {
    std::size_t reads = 0;
    std::size_t writes = 0;
  };
  counting_transport(net::transport_ptr real, calls& counted) : real_(std::move(real)), calls_(counted) {}
  void start(net::transport_events& events) override { real_->start(events); }
  void tell(net::transport_events& events) noexcept override { real_->tell(events); }
  net::io_result read(std::span<char> space) override { return ++calls_.reads, real_->read(space); }
  net::io_result write(std::span<const std::string_view> pieces) override {
    return ++calls_.writes, real_->write(pieces);
  }
  void want_read(bool wanted) override { real_->want_read(wanted); }
  void want_write(bool wanted) override { real_->want_write(wanted); }
  void shut_write() override { real_->shut_write(); }
  void close(bool reset) noexcept override {
    real_.release()->close(reset);
    delete this;
  }
  [[nodiscard]] const net::address& peer() const noexcept override { return real_->peer(); }
  [[nodiscard]] const net::address& local() const noexcept override { return real_->local(); }

 private:
  net::transport_ptr real_;
  calls& calls_;
};

// A client on the other end of a socket pair, with a buffer of its own.
class socket_client {
 public:
  explicit socket_client(server_fixture& server) : server_(server) {
    int ends[2];
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) == 0);
    descriptor_ = ends[0];
    net::transport_ptr real =
        net::make_socket_transport(server.worker(), ends[1], *net::address::parse("127.0.0.1", 1));
    REQUIRE(real != nullptr);
    server.context().open(net::transport_ptr(new counting_transport(std::move(real), calls)));
  }
  socket_client(const socket_client&) = delete;
  socket_client& operator=(const socket_client&) = delete;
  ~socket_client() { close(descriptor_); }

  // How many bytes came back.
  std::size_t ask(std::string_view requests) {
    if (::send(descriptor_, requests.data(), requests.size(), 0) != static_cast<ssize_t>(requests.size())) return 0;
    server_.turn();
    server_.turn();
    const ssize_t got = ::recv(descriptor_, answers_, sizeof answers_, 0);
    got_ = got < 0 ? 0 : static_cast<std::size_t>(got);
    return got_;
  }
  // What came back last.
  [[nodiscard]] std::string_view last() const { return {answers_, got_}; }
  counting_transport::calls calls;

 private:
  server_fixture& server_;
  int descriptor_ = -1;
  char answers_[64 * 1024];
  std::size_t got_ = 0;
};

class marking_stage {
 public:
  step on_request(exchange& x) {
    x.set_correlation_id(x.arena().copy("0123456789abcdef"));
    return step::next;
  }
  void on_response(exchange& x) { x.response().header("x-request-id", x.correlation_id()); }
  void on_complete(const exchange_outcome& outcome) { bytes += outcome.bytes_out; }
  static inline std::size_t bytes = 0;
};

struct warm_server {
  warm_server() {
    server.get("/plain", [](exchange& x) { x.text("Hello, World!"); });
    server.get("/item/{id}", [](exchange& x) { x.text("item ", x.path("id")); }, {server.keep(marking_stage())});
    server.post("/echo", [](exchange& x) { x.text(x.request().body()); });
    server.serve();
  }
  server_fixture server;
};

}  // namespace

TEST_CASE("a synchronous request allocates nothing from the heap once its connection is warm") {
  warm_server warm;
  socket_client client(warm.server);
  std::string different;
  for (int i = 0; i != 16; ++i) different += get_request("/item/" + std::to_string(1000 + i));
  std::string equal;
  for (int i = 0; i != 16; ++i) equal += get_request("/plain");
  const std::string bodies = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello" + get_request("/plain");
  for (const std::string_view batch :
       {std::string_view(equal), std::string_view(different), std::string_view(bodies)}) {
    for (int i = 0; i != 50; ++i) REQUIRE(client.ask(batch) > 100);
    const std::size_t before = allocations;
    std::size_t answered = 0;
    for (int i = 0; i != 200; ++i) answered += client.ask(batch) > 100;
    const std::size_t after = allocations;
    INFO(batch.substr(0, batch.find('\r')));
    CHECK(after - before == 0);
    CHECK(answered == 200);
  }
}

TEST_CASE("what no route answers is refused without allocating from the heap") {
  warm_server warm;
  socket_client client(warm.server);
  const auto sixteen = [](std::string_view method, std::string_view path) {
    std::string batch;
    for (int i = 0; i != 16; ++i)
      batch += std::string(method) + ' ' + std::string(path) + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\n\r\n";
    return batch;
  };
  const std::pair<std::string, std::string_view> refused[] = {
      {sixteen("GET", "/nowhere/"), "HTTP/1.1 404 "},
      {sixteen("DELETE", "/item/"), "HTTP/1.1 405 "},
      {sixteen("BREW", "/item/"), "HTTP/1.1 501 "},
  };
  for (const auto& [batch, status] : refused) {
    CAPTURE(status);
    for (int i = 0; i != 50; ++i) REQUIRE(client.ask(batch) > 100);
    CHECK(client.last().starts_with(status));
    const std::size_t before = allocations;
    std::size_t answered = 0;
    for (int i = 0; i != 200; ++i) answered += client.ask(batch) > 100;
    const std::size_t after = allocations;
    CHECK(after - before == 0);
    CHECK(answered == 200);
  }
}

TEST_CASE("a batch of pipelined synchronous requests costs one read and one write call") {
  warm_server warm;
  socket_client client(warm.server);
  for (const std::size_t requests : {1, 2, 16, 64}) {
    std::string batch;
    for (std::size_t i = 0; i != requests; ++i) batch += get_request("/item/" + std::to_string(i));
    const counting_transport::calls before = client.calls;
    REQUIRE(client.ask(batch) > requests * 100);
    CHECK(client.calls.reads == before.reads + 1);
    CHECK(client.calls.writes == before.writes + 1);
  }
}
