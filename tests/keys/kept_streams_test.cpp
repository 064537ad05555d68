#include <doctest/doctest.h>
#include <candela/keys/detail/kept_streams.hpp>
#include <utility>

#include "tests/keys/document_server.hpp"

using namespace candela::keys;
using namespace candela::testing;
using namespace std::chrono_literals;
using detail::kept_streams;

namespace {

std::unique_ptr<detail::fetch_stream> connected_to(const document_server& server) {
  auto made = std::make_unique<detail::fetch_stream>(std::chrono::steady_clock::now() + 20s);
  const auto where = candela::net::address::parse("127.0.0.1", server.port());
  REQUIRE(made->open(*where, url::parse(server.url()).value(), nullptr));
  return made;
}

}  // namespace

TEST_CASE("as many connections are kept as there is room for, and given back the last one first") {
  const document_server server;
  kept_streams kept(2);
  CHECK(kept.take() == nullptr);
  auto first = connected_to(server);
  auto second = connected_to(server);
  const detail::fetch_stream* const both[] = {first.get(), second.get()};
  kept.keep(std::move(first));
  kept.keep(std::move(second));
  kept.keep(connected_to(server));
  const auto one = kept.take();
  const auto other = kept.take();
  CHECK(one.get() == both[1]);
  CHECK(other.get() == both[0]);
  CHECK(kept.take() == nullptr);
}

TEST_CASE("connections that have rested or lived too long are closed") {
  const document_server server;
  kept_streams rested(1, {.rest = -1s});
  rested.keep(connected_to(server));
  CHECK(rested.take() == nullptr);
  kept_streams old(1, {.life = -1s});
  old.keep(connected_to(server));
  CHECK(old.take() == nullptr);
  kept_streams ageing(1, {.life = 20ms});
  auto made = connected_to(server);
  const auto end = made->opened() + 20ms;
  ageing.keep(std::move(made));
  while (std::chrono::steady_clock::now() <= end) {
  }
  CHECK(ageing.take() == nullptr);
}

TEST_CASE("where there is no room none is kept") {
  const document_server server;
  kept_streams none(0);
  none.keep(connected_to(server));
  CHECK(none.take() == nullptr);
}
