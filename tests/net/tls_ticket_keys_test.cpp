#include <doctest/doctest.h>

#include <candela/net/tls_ticket_keys.hpp>

using namespace candela::net;
using namespace std::chrono_literals;

namespace {
constexpr tls_ticket_keys::time start{1000h};
}

TEST_CASE("a ticket key seals for a period and opens for two") {
  tls_ticket_keys keys(12h);
  const auto first = keys.current(start).value();
  CHECK(keys.current(start + 12h - 1s)->name == first.name);
  CHECK_FALSE(keys.retiring(first, start + 12h - 1s));
  const auto second = keys.current(start + 12h).value();
  CHECK(second.name != first.name);
  CHECK(second.cipher != first.cipher);
  CHECK(second.mac != first.mac);

  const auto found = keys.find(first.name, start + 12h);
  REQUIRE(found.has_value());
  CHECK(found->cipher == first.cipher);
  CHECK(keys.retiring(*found, start + 12h));
  CHECK(keys.find(first.name, start + 24h - 1s).has_value());
  CHECK_FALSE(keys.find(first.name, start + 24h).has_value());
}

TEST_CASE("a key that nobody used for long opens nothing") {
  tls_ticket_keys keys(12h);
  const auto first = keys.current(start).value();
  CHECK(keys.find(first.name, start + 23h).has_value());
  CHECK_FALSE(keys.find(first.name, start + 25h).has_value());
  CHECK(keys.current(start + 25h)->name != first.name);
}

TEST_CASE("an unknown name finds no key") {
  tls_ticket_keys keys;
  static_cast<void>(keys.current(start));
  CHECK_FALSE(keys.find(std::array<unsigned char, 16>{}, start).has_value());
}

TEST_CASE("other client authorities make new keys, the same ones do not") {
  tls_ticket_keys keys;
  const tls_ticket_keys::fingerprint one{1};
  const tls_ticket_keys::fingerprint other{2};
  keys.use_client_ca(one);
  const auto first = keys.current(start).value();
  keys.use_client_ca(one);
  CHECK(keys.current(start)->name == first.name);
  keys.use_client_ca(other);
  CHECK_FALSE(keys.find(first.name, start).has_value());
  CHECK(keys.current(start)->name != first.name);
}
