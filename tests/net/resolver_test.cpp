#include <doctest/doctest.h>

#include <algorithm>
#include <candela/net/resolver.hpp>
#include <string>
#include <tests/net/detail/driver.hpp>

using namespace candela;
using namespace candela::net;

namespace {

struct asking {
  candela::clock time;
  loop home{time};
  lane names{{"test", 1, 8}};

  std::expected<std::vector<address>, error> operator()(std::string host, std::uint16_t port = 80) {
    return testing::run_to_end(home, resolve(names, home, std::move(host), port));
  }
};

}  // namespace

TEST_CASE("a numeric host is answered without asking anybody") {
  asking ask;
  const auto v4 = ask("127.0.0.1", 8080);
  REQUIRE(v4);
  REQUIRE(v4->size() == 1);
  CHECK(v4->front().to_string() == "127.0.0.1:8080");
  CHECK(ask("[::1]", 1)->front().to_string() == "[::1]:1");
  CHECK(ask.names.threads() == 0);
}

TEST_CASE("localhost is a loopback address, each one once") {
  asking ask;
  const auto found = ask("localhost", 443);
  REQUIRE(found);
  REQUIRE_FALSE(found->empty());
  for (const address& one : *found) {
    CHECK(one.is_loopback());
    CHECK(one.port() == 443);
    CHECK(std::ranges::count(*found, one) == 1);
  }
}

TEST_CASE("a name that nobody can know is an error that names it") {
  asking ask;
  // RFC 2606 keeps it from ever existing; RFC 6761 lets resolvers say so without asking.
  const auto found = ask("nobody.invalid");
  REQUIRE_FALSE(found);
  const bool expected = found.error() == errc::not_found || found.error() == errc::unavailable;
  CHECK(expected);
  CHECK(found.error().detail.find("nobody.invalid") == 0);
}

TEST_CASE("what is no name is refused before the lane sees it") {
  asking ask;
  CHECK(ask("").error() == errc::invalid);
  CHECK(ask("*").error() == errc::invalid);
  CHECK(ask(std::string("127.0.0.1\0.example", 18)).error() == errc::invalid);
  CHECK(ask(std::string(254, 'a')).error() == errc::invalid);
  CHECK(ask.names.threads() == 0);
}
