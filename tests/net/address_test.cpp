#include <doctest/doctest.h>

#include <candela/net/address.hpp>
#include <string>

using candela::net::address;

TEST_CASE("numeric addresses are read and written back") {
  CHECK(address::parse("127.0.0.1", 80)->to_string() == "127.0.0.1:80");
  CHECK(address::parse("[::1]", 443)->to_string() == "[::1]:443");
  CHECK(address::parse("2001:DB8:0::5", 1)->host() == "2001:db8::5");
  CHECK(address::parse("*", 7)->to_string() == "[::]:7");
}

TEST_CASE("what is no numeric address is refused and quoted") {
  for (const std::string text : {"", "localhost", "127.0.0", "256.0.0.1", "::g", "[::1", "1.2.3.4 "}) {
    const auto refused = address::parse(text, 0);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().find('"' + text + '"') == 0);
  }
}

TEST_CASE("a NUL does not hide what follows it") {
  CHECK_FALSE(address::parse(std::string_view("127.0.0.1\0.evil.example", 23), 0));
}

TEST_CASE("an IPv4-mapped address is the IPv4 address, so that both are equal") {
  const address mapped = *address::parse("::ffff:127.0.0.1", 80);
  CHECK(mapped == *address::parse("127.0.0.1", 80));
  CHECK_FALSE(mapped.is_v6());
  CHECK(mapped.is_loopback());
}

TEST_CASE("an address survives the way through the system's form") {
  for (const char* text : {"10.1.2.3", "2001:db8::1", "::", "0.0.0.0"}) {
    alignas(16) unsigned char native[128] = {};
    const address before = *address::parse(text, 65535);
    CHECK(before.to_native(native) > 0);
    CHECK(address::from_native(native) == before);
  }
}
