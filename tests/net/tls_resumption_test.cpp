#include <doctest/doctest.h>

#include <candela/net/detail/tls_native.hpp>

#include "tls_fixture.hpp"
#include "tls_pair.hpp"

using namespace candela::net;
using namespace candela::net::test;
using namespace std::chrono_literals;

namespace {

std::shared_ptr<SSL_SESSION> session_with(const std::shared_ptr<const tls_context>& context, client_options options) {
  tls_pair pair(context, options);
  REQUIRE(pair.shake_hands());
  pair.run([&] { return pair.client->session != nullptr; });
  CHECK_FALSE(pair.client->resumed());
  // A session whose connection broke must not be offered again.
  pair.client->close_notify();
  return pair.client->session;
}

bool resumes(const std::shared_ptr<const tls_context>& context, client_options options,
             std::shared_ptr<SSL_SESSION> session) {
  options.resumes = std::move(session);
  tls_pair pair(context, options);
  REQUIRE(pair.shake_hands());
  return pair.client->resumed();
}

}  // namespace

TEST_CASE("a client comes back with its ticket, also after a reload with another certificate") {
  tls_fixture fixture;
  const auto context = tls_fixture::load(fixture.options());
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    const client_options options{.newest = version};
    const auto session = session_with(context, options);
    REQUIRE(session != nullptr);
    CHECK(resumes(context, options, session));

    const auto again = session_with(context, options);
    fixture.server = certificate({.common_name = "renewed"}, &fixture.authority);
    CHECK(resumes(tls_fixture::load(fixture.options(), context->ticket_keys()), options, again));
  }
}

TEST_CASE("a ticket is worthless under other keys, after they were forgotten, and where resumption is off") {
  const tls_fixture fixture;
  tls_options settings = fixture.options();
  const auto context = tls_fixture::load(settings);
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    const client_options options{.newest = version};
    const auto session = session_with(context, options);
    CHECK_FALSE(resumes(tls_fixture::load(settings), options, session));
    context->ticket_keys()->forget();
    CHECK_FALSE(resumes(context, options, session));
  }
  settings.resumption = false;
  const auto without = tls_fixture::load(settings);
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    const auto session = session_with(without, {.newest = version});
    CHECK((session == nullptr || !resumes(without, {.newest = version}, session)));
  }
}

TEST_CASE("a resumed client keeps its identity") {
  const tls_fixture fixture;
  const certificate client({.common_name = "billing", .alt_names = "URI:spiffe://example.org/billing"},
                           &fixture.client_authority);
  const auto context = tls_fixture::load(fixture.options(client_certificates::required));
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    client_options options{.newest = version, .shows = &client};
    options.resumes = session_with(context, options);
    tls_pair pair(context, options);
    REQUIRE(pair.shake_hands());
    CHECK(pair.client->resumed());
    REQUIRE(pair.transport->identity() != nullptr);
    CHECK(pair.transport->identity()->spiffe_id == "spiffe://example.org/billing");
  }
}

TEST_CASE("no identity outlives the authority that vouched for it") {
  tls_fixture fixture;
  const certificate client({.common_name = "billing"}, &fixture.client_authority);
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    const auto before = tls_fixture::load(fixture.options(client_certificates::optional));
    client_options options{.newest = version, .shows = &client};
    const auto session = session_with(before, options);

    tls_fixture other;
    const auto after = tls_fixture::load(other.options(client_certificates::optional), before->ticket_keys());
    options.resumes = session;
    tls_pair refused(after, options);
    CHECK_FALSE(refused.shake_hands());
    CHECK(refused.transport->identity() == nullptr);

    options.shows = nullptr;
    tls_pair anonymous(after, options);
    CHECK(anonymous.shake_hands());
    CHECK_FALSE(anonymous.client->resumed());
    CHECK(anonymous.transport->identity() == nullptr);
  }
}

TEST_CASE("a client that came without a certificate cannot resume where one is required now") {
  const tls_fixture fixture;
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    const auto lenient = tls_fixture::load(fixture.options(client_certificates::optional));
    client_options options{.newest = version};
    options.resumes = session_with(lenient, options);
    const auto strict = tls_fixture::load(fixture.options(client_certificates::required), lenient->ticket_keys());
    tls_pair pair(strict, options);
    CHECK_FALSE(pair.shake_hands());
    CHECK(pair.lost);
  }
}

TEST_CASE("a failed reload leaves the tickets as they were") {
  tls_fixture fixture;
  const auto context = tls_fixture::load(fixture.options(client_certificates::optional));
  const auto session = session_with(context, {});
  tls_fixture other;
  tls_options broken = other.options(client_certificates::optional);
  broken.key_file = fixture.options().key_file;
  CHECK_FALSE(tls_context::load(broken, context->ticket_keys()).has_value());
  CHECK(resumes(context, {}, session));
}

TEST_CASE("a client whose certificate has expired meanwhile cannot resume") {
  const tls_fixture fixture;
  const certificate client({.common_name = "billing", .begins = -48h, .ends = -1h}, &fixture.client_authority);
  const auto context = tls_fixture::load(fixture.options(client_certificates::optional));
  // As if the certificate had been good when the ticket was sealed.
  X509_VERIFY_PARAM* const checks = SSL_CTX_get0_param(tls_native::context(*context));
  X509_VERIFY_PARAM_set_flags(checks, X509_V_FLAG_NO_CHECK_TIME);
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    const client_options options{.newest = version, .shows = &client};
    CHECK_FALSE(resumes(context, options, session_with(context, options)));
  }
}
