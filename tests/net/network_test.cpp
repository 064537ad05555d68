#include <candela/net/network.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace candela::net;

namespace {

bool has(std::string_view range, std::string_view host) {
  return network::parse(range).value().contains(address::parse(host, 80).value());
}

}  // namespace

TEST_CASE("a network has the addresses that begin with its prefix") {
  CHECK(has("10.0.0.0/8", "10.255.1.2"));
  CHECK_FALSE(has("10.0.0.0/8", "11.0.0.0"));
  CHECK(has("192.0.2.128/25", "192.0.2.200"));
  CHECK_FALSE(has("192.0.2.128/25", "192.0.2.127"));
  CHECK(has("192.0.2.7", "192.0.2.7"));
  CHECK_FALSE(has("192.0.2.7", "192.0.2.6"));
  CHECK(has("0.0.0.0/0", "203.0.113.9"));
  CHECK(has("2001:db8::/32", "2001:db8:ffff::1"));
  CHECK_FALSE(has("2001:db8::/32", "2001:db9::1"));
  CHECK(has("::1", "::1"));
}

TEST_CASE("the two families do not mix, but a mapped address is an IPv4 one") {
  CHECK_FALSE(has("0.0.0.0/0", "::1"));
  CHECK_FALSE(has("::/0", "10.0.0.1"));
  CHECK(has("10.0.0.0/8", "::ffff:10.1.1.1"));
}

TEST_CASE("what is no network is refused") {
  for (const std::string_view text : {"", "10", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8x", "10.0.0.1/8",
                                      "::1/64", "::/129", "*", "*/0", "host/8", "10.0.0.0/8/8"}) {
    CAPTURE(text);
    CHECK_FALSE(network::parse(text));
  }
}

TEST_CASE("an address is looked for in several networks") {
  const std::vector<network> among{network::parse("10.0.0.0/8").value(), network::parse("::1").value()};
  CHECK(any_contains(among, address::parse("::1", 1).value()));
  CHECK_FALSE(any_contains(among, address::parse("::2", 1).value()));
  CHECK_FALSE(any_contains({}, address::parse("::1", 1).value()));
}
