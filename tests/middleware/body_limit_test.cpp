#include <candela/middleware/body_limit.hpp>

#include <doctest/doctest.h>

#include "tests/middleware/stage_fixture.hpp"

using namespace candela;
using namespace candela::testing;
using middleware::body_limit;

namespace {

constexpr std::string_view too_large = "HTTP/1.1 413 Content Too Large";

void echo(exchange& x) { x.text(x.request().body()); }

std::string post(stage_fixture& server, std::string_view rest) {
  return server.ask("POST / HTTP/1.1\r\nHost: a\r\n" + std::string(rest));
}

void serve_echo(stage_fixture& server, const std::string& options) {
  server.stage<body_limit>(options);
  server.post("/", echo);
  server.serve();
}

}  // namespace

TEST_CASE("a body of just the limit passes, one byte more does not") {
  stage_fixture server;
  serve_echo(server, "max_bytes: 5");
  CHECK(body_of(post(server, "Content-Length: 5\r\n\r\nhello")) == "hello");
  const std::string refused = post(server, "Content-Length: 6\r\n\r\nhello!");
  CHECK(status_of(refused) == too_large);
  CHECK(body_of(refused).find("\"content_too_large\"") != std::string::npos);
}

TEST_CASE("an announced length is refused before a byte of the body has come") {
  stage_fixture server;
  serve_echo(server, "max_bytes: 5");
  CHECK(status_of(post(server, "Content-Length: 6\r\n\r\n")) == too_large);
  CHECK(status_of(post(server, "Expect: 100-continue\r\nContent-Length: 6\r\n\r\n")) == too_large);
  CHECK(status_of(post(server, "Content-Length: 1000000000000\r\n\r\n")) == too_large);
}

TEST_CASE("a chunked body is counted as it comes") {
  stage_fixture server;
  serve_echo(server, "max_bytes: 5");
  const std::string_view head = "Transfer-Encoding: chunked\r\n\r\n";
  CHECK(body_of(post(server, std::string(head) + "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n")) == "hello");
  CHECK(status_of(post(server, std::string(head) + "2\r\nhe\r\n4\r\nllo!\r\n0\r\n\r\n")) == too_large);
}

TEST_CASE("a chunked body that arrives in pieces is refused when it grows beyond the limit") {
  stage_fixture server;
  serve_echo(server, "max_bytes: 5");
  net::memory_peer peer;
  server.connect(peer);
  peer.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
  server.turns(2);
  CHECK(peer.take().empty());
  peer.send("1\r\n!\r\n");
  server.turns(2);
  CHECK(status_of(peer.take()) == too_large);
}

TEST_CASE("a streamed body is limited, too") {
  stage_fixture server;
  server.stage<body_limit>("max_bytes: 5");
  route_options streamed;
  streamed.body = body_mode::streamed;
  const auto count = [](exchange& x) -> task<void> {
    std::size_t bytes = 0;
    for (;;) {
      const auto piece = co_await x.read();
      if (!piece) co_return;
      if (piece->empty()) break;
      bytes += piece->size();
    }
    x.text(bytes);
  };
  server.post("/", count, {}, streamed);
  server.serve();
  const std::string_view head = "Transfer-Encoding: chunked\r\n\r\n";
  CHECK(body_of(post(server, std::string(head) + "5\r\nhello\r\n0\r\n\r\n")) == "5");
  CHECK(status_of(post(server, std::string(head) + "6\r\nhello!\r\n0\r\n\r\n")) == too_large);
}

TEST_CASE("the limit is a size") {
  CHECK(refusal_of<body_limit>("max_bytes: 64KiB") == "accepted");
  CHECK(refusal_of<body_limit>("max_bytes: many").find("service.yml:1:12: max_bytes:") == 0);
}
