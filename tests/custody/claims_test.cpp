#include <doctest/doctest.h>

#include <algorithm>
#include <array>

#include "tests/custody/forge.hpp"

using namespace candela;
using namespace candela::testing;
using custody::refusal;

namespace {

std::optional<refusal> link_refusal(std::string_view name, std::string_view value, std::size_t place = 1) {
  arena memory;
  draft link = scenario().link_draft(place, "before");
  link.say(name, value);
  const auto read = custody::read_link(link.payload, memory);
  return read ? std::nullopt : std::optional(read.error().code);
}

}  // namespace

TEST_CASE("the claims of a link are read and written as they are") {
  arena memory;
  const draft link = scenario().link_draft(0, "");
  const auto read = custody::read_link(link.payload, memory);
  REQUIRE(read.has_value());
  CHECK(read->iss == cast()[0].identity);
  CHECK(read->scope == "pay read");
  CHECK(read->tctx.find("amount")->integer() == 7);
  const auto again = custody::read_link(write_link(*read, memory), memory);
  REQUIRE(again.has_value());
  CHECK(write_link(*again, memory) == write_link(*read, memory));
}

TEST_CASE("a link that breaks a rule of its claims is malformed") {
  struct row {
    std::string_view name;
    std::string_view value;
  };
  constexpr std::array rows{row{"v", "2"},
                            row{"v", R"("1")"},
                            row{"v", ""},
                            row{"iss", ""},
                            row{"iss", R"("https://example.org/a")"},
                            row{"iss", R"("spiffe://example.org/\u0000")"},
                            row{"aud", R"(["urn:a","urn:b"])"},
                            row{"aud", R"("")"},
                            row{"iat", "1.5"},
                            row{"iat", "-1"},
                            row{"exp", R"("1700000050")"},
                            row{"exp", "9223372036854775808"},
                            row{"exp", "1e400"},
                            row{"exp", "1699999990"},
                            row{"jti", R"("short")"},
                            row{"jti", R"("AAAAAAAAAAAAAAAAAAAAA=")"},
                            row{"txn", R"("")"},
                            row{"dep", "-1"},
                            row{"dep", "4294967296"},
                            row{"op", ""},
                            row{"prh", R"("abc")"},
                            row{"prv", R"("both")"},
                            row{"clm", "[]"},
                            row{"evd", R"("late")"},
                            row{"ath", R"("47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU")"},
                            row{"admin", "true"}};
  for (const row& each : rows) {
    CAPTURE(each.name);
    CAPTURE(each.value);
    CHECK(link_refusal(each.name, each.value) == refusal::chain_malformed);
  }
  CHECK_FALSE(link_refusal("tgh", R"("47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU")"));
}

TEST_CASE("a claim that is given twice is malformed, also when both say the same") {
  arena memory;
  draft link = scenario().link_draft(0, "");
  link.payload.insert(1, R"("dep":0,)");
  CHECK(custody::read_link(link.payload, memory).error() == refusal::chain_malformed);
}

TEST_CASE("a code has a name and a status of its own kind") {
  CHECK(name_of(refusal::chain_malformed) == "chain_malformed");
  CHECK(name_of(refusal::op_mismatch) == "op_mismatch");
  CHECK(status_of(refusal::chain_malformed) == 400);
  CHECK(status_of(refusal::chain_root_untrusted) == 403);
  CHECK(status_of(refusal::rate_limited) == 429);
  CHECK(status_of(refusal::replay_store_unavailable) == 503);
  CHECK(status_of(refusal::chain_revoked) == 401);
}
