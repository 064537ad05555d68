// Tokens that are bound to a client's certificate (RFC 8705, section 3), shown over TLS to a service as it runs
// anywhere.
#include <doctest/doctest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <signal.h>
#include <sys/socket.h>

#include <array>
#include <candela/jose/base64url.hpp>
#include <optional>
#include <system_error>

#include "tests/middleware/token_mint.hpp"
#include "tests/net/test_certificates.hpp"
#include "tests/net/tls_pair.hpp"
#include "tests/system/echo_service.hpp"

using namespace candela;
using namespace candela::system_test;
using candela::net::test::certificate;
using testing::token_claims;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view settings = R"(
chains:
  tokens:
    - jwt_verify: {issuers: [{issuer: "https://id.example", audience: "https://api.example", keys: keys.json}]}
routes:
  - {get: /me, handler: info, chain: tokens}
)";
constexpr std::string_view over_tls =
    "server: {tls: {certificate: tls.crt, private_key: tls.key, client_certificates: optional, client_ca: ca.crt}}";

int connect_to(std::uint16_t port) {
  const int made = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(made, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    throw std::system_error(errno, std::generic_category(), "connect");
  return made;
}

std::string thumbprint(const certificate& of) {
  std::array<std::byte, 32> digest{};
  REQUIRE(X509_digest(of.x509(), EVP_sha256(), reinterpret_cast<unsigned char*>(digest.data()), nullptr) == 1);
  return jose::encode_base64url(digest);
}

// One service that speaks TLS and asks for certificates, and the clients that it may hear from.
struct fixture {
  fixture() {
    folder.write("keys.json", testing::published({key}));
    folder.write("tls.crt", own.pem());
    folder.write("tls.key", own.key_pem());
    folder.write("ca.crt", authority.pem());
    secure.emplace(service_with("secure.yml", over_tls));
  }

  [[nodiscard]] process_options service_with(const std::string& name, std::string_view more) const {
    return echo_options({"--config", folder.write(name, std::string(settings).append(more))});
  }
  // A token with that in `cnf`, or without any; no two are alike.
  [[nodiscard]] std::string token(const std::string& confirmation) const {
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()).time_since_epoch();
    token_claims said{.id = "\"" + std::to_string(++minted) + "\""};
    said.issued = std::to_string(now.count());
    said.expires = std::to_string(now.count() + 300);
    if (!confirmation.empty()) said.further = R"(,"cnf":{)" + confirmation + "}";
    return testing::mint(key, said);
  }
  [[nodiscard]] std::string bound_to(const certificate& one) const {
    return token(R"("x5t#S256":")" + thumbprint(one) + "\"");
  }
  // The answer over TLS, on a connection of its own; whoever `shows` is null shows no certificate.
  std::string ask(const certificate* shows, const std::string& token, std::string_view path = "/me") {
    net::test::tls_client by(connect_to(secure->port("https")), {.shows = shows});
    by.send(request("GET", path, "Connection: close\r\nAuthorization: Bearer " + token + "\r\n"));
    for (by.step(); !by.peer_notified && !by.peer_ended && !by.failed; by.step()) by.wait();
    return by.received;
  }
  unsigned status(const certificate* shows, const std::string& token) {
    const std::string answer = ask(shows, token);
    REQUIRE(answer.starts_with("HTTP/1.1 "));
    return static_cast<unsigned>(std::stoul(answer.substr(9, 3)));
  }
  bool has_counted(const std::string& result, int times) {
    return ask(nullptr, "", "/metrics").find("result=\"" + result + "\"} " + std::to_string(times) + "\n") !=
           std::string::npos;
  }
  // All that it has printed, once it has ended.
  std::string last_words() {
    secure->signal(SIGTERM);
    REQUIRE(secure->wait(20s) == 0);
    return secure->output();
  }

  net::test::temporary_folder folder;
  jose::key key = testing::new_key("k1");
  certificate own{{.alt_names = "DNS:localhost"}};
  certificate authority = net::test::make_authority("clients");
  certificate billing{{.common_name = "billing"}, &authority};
  certificate orders{{.common_name = "orders"}, &authority};
  std::optional<server_process> secure;
  mutable int minted = 0;
};

std::string body_of(const std::string& answer) { return answer.substr(answer.find("\r\n\r\n") + 4); }

}  // namespace

TEST_CASE("a token that is bound to a certificate lets in who shows that one, and nobody else") {
  fixture by;
  const std::string token = by.bound_to(by.billing);
  CHECK(by.status(&by.orders, token) == 401);
  CHECK(by.status(nullptr, token) == 401);
  CHECK(by.status(&by.billing, token) == 200);
  CHECK(by.status(&by.orders, by.bound_to(by.orders)) == 200);
  CHECK(by.status(&by.orders, by.token("")) == 200);
  CHECK(by.status(&by.orders, by.token(R"("x5t#S256":"")")) == 401);
  // Who is refused is not told why; the log says it.
  const std::string forged = testing::mint(testing::new_key("k1"));
  CHECK(body_of(by.ask(&by.orders, token)) == body_of(by.ask(&by.orders, forged)));
  const std::string log = by.last_words();
  CHECK(log.find("the token is bound to another certificate") != std::string::npos);
  CHECK(log.find("and the connection has none") != std::string::npos);
}

TEST_CASE("a token that is known is still looked at together with its connection") {
  fixture by;
  const std::string token = by.bound_to(by.billing);
  for (int i = 0; i != 3; ++i) CHECK(by.status(&by.billing, token) == 200);
  REQUIRE(by.has_counted("cached", 2));
  CHECK(by.status(&by.orders, token) == 401);
  CHECK(by.status(nullptr, token) == 401);
  CHECK(by.has_counted("refused", 2));
  CHECK(by.status(&by.billing, token) == 200);
  CHECK(by.has_counted("checked", 1));
  CHECK(by.has_counted("cached", 3));
}

TEST_CASE("a binding that cannot be checked is not passed over beside one that can") {
  fixture by;
  const std::string bound = R"("x5t#S256":")" + thumbprint(by.billing) + "\"";
  REQUIRE(by.status(&by.billing, by.token(bound)) == 200);
  for (const char* more :
       {R"("kid":"k1")", R"("jkt":"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I")", R"("jwk":{"kty":"EC"})",
        R"("jku":"https://id.example/keys")", R"("osc":{"ms":"a"})", R"("something":"new")"}) {
    CAPTURE(more);
    CHECK(by.status(&by.billing, by.token(bound + "," + more)) == 401);
    CHECK(by.status(&by.billing, by.token(more)) == 401);
  }
}

TEST_CASE("without TLS a token that is bound to a certificate lets nobody in") {
  fixture by;
  server_process plain(by.service_with("plain.yml", ""));
  client from(plain.port());
  const auto status = [&from](const std::string& token) {
    REQUIRE(from.send(request("GET", "/me", "Authorization: Bearer " + token + "\r\n")));
    return read_response(from).status;
  };
  CHECK(status(by.bound_to(by.billing)) == 401);
  CHECK(status(by.token("")) == 200);
}
