// The load client against the bare responder, over a real socket.
#include "bench/load/load_client.hpp"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <map>
#include <string>
#include <system_error>
#include <thread>

#include "bench/floor/responder.hpp"

namespace {

using namespace candela::bench;

volatile std::sig_atomic_t stop_requested = 0;

// A responder on its own thread; a signal to that thread ends its wait.
class running_responder {
 public:
  explicit running_responder(std::string_view answer) : server_(answer, 0) {
    struct sigaction action{};
    action.sa_handler = [](int) { stop_requested = 1; };
    sigaction(SIGUSR1, &action, nullptr);
    stop_requested = 0;
    thread_ = std::thread([this] { server_.run(stop_requested); });
  }
  ~running_responder() {
    // The signal may come between the look at the flag and the wait: a connection wakes the wait as well.
    pthread_kill(thread_.native_handle(), SIGUSR1);
    load_options waking;
    waking.port = server_.port();
    const load_client client(waking);
    thread_.join();
  }
  std::uint16_t port() const { return server_.port(); }

 private:
  responder server_;
  std::thread thread_;
};

load_options options_for(const running_responder& server, unsigned connections, unsigned depth) {
  load_options options;
  options.port = server.port();
  options.connections = connections;
  options.depth = depth;
  options.expected_body = "ok";
  return options;
}

constexpr const char* good = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
constexpr const char* refusal = "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nok";

}  // namespace

TEST_CASE("exactly as many requests are sent as were asked for, run after run") {
  const running_responder server(good);
  load_client client(options_for(server, 7, 16));
  for (const std::uint64_t requests : {1u, 100u, 12345u}) {
    const load_result result = client.run({{}, requests});
    CHECK(result.requests == requests);
    CHECK(result.errors == 0);
    CHECK(result.seconds > 0);
    CHECK(result.latency.at(0.5).count() > 0);
  }
  CHECK(client.first_error().empty());
}

TEST_CASE("batches beyond the socket's buffers arrive whole") {
  const running_responder server(good);
  load_options options = options_for(server, 2, 1000);
  options.layout = {"/{n}", head_kind::different, 4096};
  load_client client(options);
  const load_result result = client.run({{}, 20'000});
  CHECK(result.requests == 20'000);
  CHECK(result.errors == 0);
}

TEST_CASE("a run of some time ends with nothing under way") {
  const running_responder server(good);
  load_client client(options_for(server, 4, 4));
  const load_result result = client.run({std::chrono::milliseconds(50), 0});
  CHECK(result.requests > 0);
  CHECK(result.requests % 4 == 0);
  CHECK(result.errors == 0);
}

TEST_CASE("connections come from the addresses that were asked for, by turns") {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof where;
  REQUIRE(bind(listener, reinterpret_cast<sockaddr*>(&where), size) == 0);
  REQUIRE(listen(listener, 8) == 0);
  REQUIRE(getsockname(listener, reinterpret_cast<sockaddr*>(&where), &size) == 0);
  load_options options;
  options.port = ntohs(where.sin_port);
  options.connections = 5;
  options.addresses = {2, 2};
  const load_client client(options);
  std::map<std::string, int> seen;
  for (int i = 0; i != 5; ++i) {
    const int taken = accept(listener, reinterpret_cast<sockaddr*>(&where), &size);
    ++seen[inet_ntoa(where.sin_addr)];
    close(taken);
  }
  close(listener);
  CHECK(seen == std::map<std::string, int>{{"127.0.0.3", 3}, {"127.0.0.4", 2}});
}

TEST_CASE("many connections are opened in groups, and all of them are used") {
  const running_responder server(good);
  load_client client(options_for(server, 400, 2));
  const load_result result = client.run({{}, 800});
  CHECK(result.requests == 800);
  CHECK(result.errors == 0);
}

TEST_CASE("what goes wrong while groups connect is told by the first run") {
  const running_responder server(refusal);
  load_client client(options_for(server, 300, 1));
  CHECK(client.run({{}, 10}).errors == 310);
  CHECK(client.run({{}, 10}).errors == 10);
}

TEST_CASE("a rate is kept, however fast the server is") {
  const running_responder server(good);
  for (const unsigned depth : {1u, 4u}) {
    load_client client(options_for(server, 3, depth));
    const load_result result = client.run({std::chrono::milliseconds(100), 0, 2000});
    CHECK(result.requests == 200);
    CHECK(result.errors == 0);
    CHECK(result.latency.at(0.5).count() > 0);
  }
}

TEST_CASE("a rate beyond the server's means makes requests late, and their latency counts from when they were due") {
  const running_responder server(good);
  load_client client(options_for(server, 1, 1));
  const load_result result = client.run({std::chrono::milliseconds(5), 0, 1'000'000});
  CHECK(result.requests == 5000);
  CHECK(result.errors == 0);
  // The last of them was due long before the one connection came to it.
  CHECK(std::chrono::duration<double>(result.latency.at(1)).count() > (result.seconds - 0.005) / 2);
}

TEST_CASE("every wrong answer is an error") {
  const running_responder server(refusal);
  load_client client(options_for(server, 3, 4));
  const load_result result = client.run({{}, 24});
  CHECK(result.requests == 24);
  CHECK(result.errors == 24);
  CHECK(client.first_error().starts_with("HTTP/1.1 404"));
}

TEST_CASE("a port where nobody listens is an exception that names it") {
  std::uint16_t port = 0;
  {
    port = responder(good, 0).port();
  }
  load_options options;
  options.port = port;
  CHECK_THROWS_AS(load_client{options}, std::system_error);
}
