#include <doctest/doctest.h>

#include "tls_fixture.hpp"
#include "tls_pair.hpp"

using namespace candela::net;
using namespace candela::net::test;
using namespace std::chrono_literals;

namespace {

certificate client_of(const tls_fixture& fixture, const std::string& alt_names) {
  return certificate({.common_name = "billing", .alt_names = alt_names}, &fixture.client_authority);
}

// The SPIFFE id that a client with this certificate is known by; "none" when it has no identity at all.
std::string spiffe_id(const tls_fixture& fixture, const certificate& shown) {
  tls_pair pair(tls_fixture::load(fixture.options(client_certificates::required)), {.shows = &shown});
  if (!pair.shake_hands() || pair.transport->identity() == nullptr) return "none";
  return pair.transport->identity()->spiffe_id;
}

}  // namespace

TEST_CASE("a client without a certificate is served unless one is required") {
  const tls_fixture fixture;
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    tls_pair optional(tls_fixture::load(fixture.options(client_certificates::optional)), {.newest = version});
    CHECK(optional.shake_hands());
    CHECK(optional.transport->identity() == nullptr);

    tls_pair required(tls_fixture::load(fixture.options(client_certificates::required)), {.newest = version});
    CHECK_FALSE(required.shake_hands());
    CHECK(required.lost);
    CHECK(required.refusal.starts_with("peer did not return a certificate"));
  }
}

TEST_CASE("a verified client has an identity") {
  const tls_fixture fixture;
  const certificate client = client_of(fixture, "URI:spiffe://example.org/ns/pay/billing");
  for (const auto demand : {client_certificates::optional, client_certificates::required}) {
    tls_pair pair(tls_fixture::load(fixture.options(demand)), {.shows = &client});
    REQUIRE(pair.shake_hands());
    const peer_identity* identity = pair.transport->identity();
    REQUIRE(identity != nullptr);
    CHECK(identity->subject == "CN=billing");
    CHECK(identity->spiffe_id == "spiffe://example.org/ns/pay/billing");
    CHECK(identity->certificate_sha256.size() == 43);

    unsigned char digest[32];
    X509_digest(client.x509(), EVP_sha256(), digest, nullptr);
    unsigned char encoded[64];
    std::string expected(reinterpret_cast<char*>(encoded),
                         static_cast<std::size_t>(EVP_EncodeBlock(encoded, digest, sizeof digest)));
    for (char& c : expected) c = c == '+' ? '-' : c == '/' ? '_' : c;
    CHECK(identity->certificate_sha256 + "=" == expected);
  }
}

TEST_CASE("a client that nobody asked has no identity") {
  const tls_fixture fixture;
  const certificate client = client_of(fixture, "URI:spiffe://example.org/billing");
  tls_pair pair(tls_fixture::load(fixture.options()), {.shows = &client});
  REQUIRE(pair.shake_hands());
  CHECK(pair.transport->identity() == nullptr);
}

TEST_CASE("a certificate that does not verify is refused even where none is required") {
  const tls_fixture fixture;
  const certificate stranger = make_authority("stranger");
  const certificate foreign({.common_name = "foreign"}, &stranger);
  const certificate expired({.common_name = "expired", .begins = -48h, .ends = -1h}, &fixture.client_authority);
  const certificate future({.common_name = "future", .begins = 1h, .ends = 48h}, &fixture.client_authority);
  for (const certificate* shown : {&foreign, &expired, &future}) {
    for (const auto demand : {client_certificates::optional, client_certificates::required}) {
      for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        tls_pair pair(tls_fixture::load(fixture.options(demand)), {.newest = version, .shows = shown});
        CHECK_FALSE(pair.shake_hands());
        CHECK(pair.lost);
        CHECK(pair.transport->identity() == nullptr);
        CHECK(pair.refusal.starts_with("certificate verify failed: "));
      }
    }
  }
}

TEST_CASE("only a well-formed SPIFFE id of a workload is one") {
  const tls_fixture fixture;
  const auto id = [&](const std::string& alt_names) { return spiffe_id(fixture, client_of(fixture, alt_names)); };
  CHECK(id("URI:spiffe://a/b") == "spiffe://a/b");
  CHECK(id("DNS:billing.example.org,URI:spiffe://example.org/Web_1.x-y") == "spiffe://example.org/Web_1.x-y");
  CHECK(id("DNS:billing.example.org").empty());
  CHECK(id("URI:https://example.org/billing").empty());
  CHECK(id("URI:spiffe://example.org/a,URI:spiffe://example.org/b").empty());
  CHECK(id("URI:spiffe://example.org/a,URI:https://example.org/").empty());
  CHECK(id("URI:SPIFFE://example.org/a").empty());
  CHECK(id("URI:spiffe://example.org").empty());
  CHECK(id("URI:spiffe://example.org/").empty());
  CHECK(id("URI:spiffe:///a").empty());
  CHECK(id("URI:spiffe://Example.org/a").empty());
  CHECK(id("URI:spiffe://example.org:443/a").empty());
  CHECK(id("URI:spiffe://user@example.org/a").empty());
  CHECK(id("URI:spiffe://example.org/a//b").empty());
  CHECK(id("URI:spiffe://example.org/a/").empty());
  CHECK(id("URI:spiffe://example.org/a/../b").empty());
  CHECK(id("URI:spiffe://example.org/./a").empty());
  CHECK(id("URI:spiffe://example.org/a?b").empty());
  CHECK(id("URI:spiffe://example.org/a#b").empty());
  CHECK(id("URI:spiffe://example.org/%61").empty());
  CHECK(id("URI:spiffe://example.org/" + std::string(2100, 'a')).empty());
}

TEST_CASE("what may sign certificates is no workload") {
  const tls_fixture fixture;
  const std::string uri = "URI:spiffe://example.org/billing";
  const certificate signing({.alt_names = uri, .key_usage = "digitalSignature,keyCertSign"}, &fixture.client_authority);
  const certificate listing({.alt_names = uri, .key_usage = "digitalSignature,cRLSign"}, &fixture.client_authority);
  const certificate authority({.alt_names = uri, .authority = true}, &fixture.client_authority);
  const certificate plain({.alt_names = uri, .key_usage = ""}, &fixture.client_authority);
  CHECK(spiffe_id(fixture, signing).empty());
  CHECK(spiffe_id(fixture, listing).empty());
  CHECK(spiffe_id(fixture, authority).empty());
  CHECK(spiffe_id(fixture, plain) == "spiffe://example.org/billing");
}
