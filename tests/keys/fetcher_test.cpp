#include <doctest/doctest.h>
#include <candela/keys/fetcher.hpp>

#include "tests/keys/document_server.hpp"
#include "tests/net/test_certificates.hpp"

using namespace candela;
using namespace candela::testing;
using namespace std::chrono_literals;
using keys::fetcher;

namespace {

keys::url at(const std::string& text) { return keys::url::parse(text).value(); }

}  // namespace

TEST_CASE("a document is fetched over http") {
  document_server server;
  server.serve("{}");
  const fetcher from(at(server.url("/jwks?x=1")), {});
  const auto got = from.fetch();
  REQUIRE(got);
  CHECK(got->body == "{}");
  CHECK(server.last_request().starts_with("GET /jwks?x=1 HTTP/1.1\r\nHost: 127.0.0.1:"));
}

TEST_CASE("a body is posted, with who asks for it") {
  document_server server;
  server.serve("{}");
  const fetcher to(at(server.url("/ask")), {});
  REQUIRE(to.fetch({.body = "a=b", .content_type = "text/plain", .authorization = "Basic eA=="}));
  const std::string request = server.last_request();
  CHECK(request.starts_with("POST /ask HTTP/1.1\r\n"));
  CHECK(request.find("\r\nAuthorization: Basic eA==\r\n") != std::string::npos);
  CHECK(request.ends_with("\r\nContent-Length: 3\r\nUser-Agent: candela\r\nConnection: close\r\n\r\na=b"));
}

TEST_CASE("a redirect leads nowhere") {
  document_server other;
  other.serve("{}");
  document_server server;
  server.serve_bytes("HTTP/1.1 302 Found\r\nLocation: " + other.url() + "\r\nContent-Length: 0\r\n\r\n");
  CHECK(fetcher(at(server.url()), {}).fetch().error() == errc::refused);
  CHECK(other.asked() == 0);
}

TEST_CASE("a server that says nothing is given up in time") {
  document_server server;
  server.hold();
  const fetcher from(at(server.url()), {.timeout = 50ms});
  CHECK(from.fetch().error() == errc::timed_out);
}

TEST_CASE("nobody listening is an error, not a wait") {
  std::string gone;
  {
    const document_server server;
    gone = server.url();
  }
  CHECK(fetcher(at(gone), {}).fetch().error() == errc::refused);
}

TEST_CASE("a connection is kept for the next request where that is wanted") {
  const net::test::certificate own({.alt_names = "DNS:localhost"});
  const net::test::temporary_folder folder;
  const std::string certificate = folder.write("cert.pem", own.pem());
  document_server plain;
  document_server secure(certificate, folder.write("key.pem", own.key_pem()));
  for (document_server* server : {&plain, &secure}) {
    server->leave_open();
    const fetcher from(at(server->url()), {.authorities_file = certificate, .kept_connections = 1});
    for (const char* document : {"{}", "{\"a\":1}", "{\"b\":2}"}) {
      server->serve(document);
      const auto got = from.fetch({.body = "a=b"});
      REQUIRE(got);
      CHECK(got->body == document);
      CHECK(server->last_request().find("Connection") == std::string::npos);
    }
    CHECK(server->asked() == 1);
  }
}

TEST_CASE("a connection that was closed meanwhile is no error") {
  document_server server;
  server.serve("{}");
  const fetcher from(at(server.url()), {.kept_connections = 2});
  for (int i = 0; i != 20; ++i) REQUIRE(from.fetch());
  CHECK(server.asked() == 20);
}

TEST_CASE("no answer is taken for one to a later question") {
  document_server server;
  server.leave_open();
  const fetcher from(at(server.url()), {.timeout = 1s, .kept_connections = 1});
  const std::string first = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1";
  const auto fetched = [&](const std::string& answer) {
    server.serve_bytes(answer);
    const auto got = from.fetch();
    return got ? got->body : std::string(name_of(got.error().code));
  };
  // More than was asked for: what is behind it must not become the next answer.
  CHECK(fetched(first + "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n2") == "1");
  CHECK(fetched(first) == "1");
  CHECK(server.asked() == 2);
  // What comes too late belongs to a connection that is gone.
  server.hold();
  CHECK(from.fetch().error() == errc::timed_out);
  CHECK(fetched("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n3") == "3");
  CHECK(server.asked() == 3);
}

TEST_CASE("a connection whose end was announced is not used again") {
  for (const char* answer :
       {"HTTP/1.1 200 OK\r\nConnection: x, Close\r\nContent-Length: 2\r\n\r\n{}",
        "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{} "}) {
    CAPTURE(answer);
    document_server server;
    server.leave_open();
    server.serve_bytes(answer);
    const fetcher from(at(server.url()), {.kept_connections = 1});
    REQUIRE(from.fetch());
    REQUIRE(from.fetch());
    CHECK(server.asked() == 2);
  }
}

TEST_CASE("a request that a kept connection leaves without an answer is not made twice once one has begun") {
  document_server server;
  server.leave_open();
  const fetcher from(at(server.url()), {.timeout = 1s, .kept_connections = 1});
  server.serve("{}");
  REQUIRE(from.fetch());
  server.serve_bytes("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n{}");
  CHECK(from.fetch().error() == errc::timed_out);
  CHECK(server.asked() == 1);
}

TEST_CASE("over https a document comes from who the authorities vouch for, and from nobody else") {
  const net::test::certificate authority = net::test::make_authority("ours");
  const net::test::certificate stranger = net::test::make_authority("another");
  const net::test::temporary_folder folder;
  const std::string trusted = folder.write("ca.pem", authority.pem());
  struct row {
    const char* what;
    net::test::certificate shown;
    bool good;
  };
  const row rows[] = {
      {"ours", net::test::certificate({.alt_names = "DNS:localhost"}, &authority), true},
      {"another name", net::test::certificate({.alt_names = "DNS:elsewhere"}, &authority), false},
      {"another authority", net::test::certificate({.alt_names = "DNS:localhost"}, &stranger), false},
      {"its own authority", net::test::certificate({.alt_names = "DNS:localhost"}), false},
      {"no longer valid", net::test::certificate({.alt_names = "DNS:localhost", .ends = -1h}, &authority), false}};
  for (const row& each : rows) {
    CAPTURE(each.what);
    document_server server(folder.write("cert.pem", each.shown.pem()), folder.write("key.pem", each.shown.key_pem()));
    server.serve("{}");
    const auto got = fetcher(at(server.url()), {.authorities_file = trusted}).fetch();
    CHECK(got.has_value() == each.good);
    if (!got) CHECK(got.error().text().find("TLS") != std::string::npos);
  }
}

TEST_CASE("authorities that cannot be read are an error from the start") {
  CHECK_THROWS_AS(fetcher(at("https://localhost/"), {.authorities_file = "/nowhere/ca.pem"}), std::runtime_error);
}
