#include "middleware/detail/token_cache.hpp"

#include <doctest/doctest.h>
#include <candela/core/manual_clock.hpp>
#include <string>

#include "middleware/detail/token_issuer.hpp"

using namespace candela;
using namespace candela::middleware::detail;
using namespace std::chrono_literals;

namespace {

known_token_ptr known(const std::string& text) {
  known_token_ptr made = known_token_ptr::make();
  made->token = made->memory.copy(text);
  return made;
}

const std::string example = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJlLW9mLXRoZS1leGFtcGxl";

}  // namespace

TEST_CASE("a token is found again by all of its bytes, and by none less") {
  const manual_clock time;
  token_cache cache(64, 60s);
  cache.keep(known(example), time);
  REQUIRE(cache.find(example, time) != nullptr);
  CHECK(cache.find(example, time)->token == example);
  for (std::size_t at = 0; at != example.size(); ++at) {
    std::string changed = example;
    changed[at] ^= 1;
    CAPTURE(at);
    CHECK(cache.find(changed, time) == nullptr);
  }
  CHECK(cache.find(example + "x", time) == nullptr);
  CHECK(cache.find(example.substr(0, example.size() - 1), time) == nullptr);
  CHECK(cache.find(example.substr(1), time) == nullptr);
  CHECK(cache.find("", time) == nullptr);
  CHECK(cache.find("x", time) == nullptr);
}

TEST_CASE("a token is kept that expires when a clock of nanoseconds has long ended") {
  const manual_clock time;
  token_cache cache(64, 60s);
  jose::claims said;
  said.issued = said.not_before = jose::token_time(std::chrono::milliseconds(1));
  for (const std::int64_t expires : {9'223'372'036, 9'223'372'037, 20'000'000'000, 253'402'300'799}) {
    CAPTURE(expires);
    said.expires = jose::token_time(std::chrono::seconds(expires));
    const known_token_ptr made = known(std::to_string(expires) + example);
    note_dates(*made, said, {});
    CHECK(made->good_until > time.wall() + 24h * 36500);
    cache.keep(made, time);
    CHECK(cache.find(made->token, time) != nullptr);
  }
}

TEST_CASE("tokens with the same end do not get into each other's way") {
  const manual_clock time;
  token_cache cache(64, 60s);
  for (int i = 0; i != 8; ++i) cache.keep(known(std::to_string(i) + example), time);
  for (int round = 0; round != 2; ++round) {
    for (int i = 0; i != 8; ++i) {
      const std::string token = std::to_string(i) + example;
      const known_token* found = cache.find(token, time);
      REQUIRE(found != nullptr);
      CHECK(found->token == token);
    }
  }
}

TEST_CASE("a token is forgotten after its time, and never outlives its own dates") {
  manual_clock time;
  token_cache cache(64, 60s);
  cache.keep(known(example), time);
  time.advance(59s);
  CHECK(cache.find(example, time) != nullptr);
  time.advance(1s);
  CHECK(cache.find(example, time) == nullptr);

  const known_token_ptr brief = known(example);
  brief->good_until = time.wall() + 10s;
  cache.keep(brief, time);
  time.advance(9999ms);
  CHECK(cache.find(example, time) != nullptr);
  time.advance(1ms);
  CHECK(cache.find(example, time) == nullptr);
  time.set_wall(time.wall() - 5s);
  CHECK(cache.find(example, time) != nullptr);

  const known_token_ptr later = known("later." + example);
  later->good_from = time.wall() + 1s;
  cache.keep(later, time);
  CHECK(cache.find("later." + example, time) == nullptr);
}

TEST_CASE("the cache stays within its bound, and what is in use stays good when it is thrown out") {
  const manual_clock time;
  token_cache cache(16, 60s);
  const known_token_ptr held = known("0." + example);
  cache.keep(held, time);
  for (int i = 1; i != 1000; ++i) cache.keep(known(std::to_string(i) + "." + example), time);
  CHECK(cache.size() <= 16);
  CHECK(held->token == "0." + example);
  CHECK(held->uses >= 1);
}

TEST_CASE("a head that was seen with a token finds that token, and never another one in its place") {
  manual_clock time;
  token_cache cache(16, 60s);
  cache.keep(known(example), time);
  CHECK(cache.find_again(7, time) == nullptr);
  cache.note(7, *cache.find(example, time));
  cache.note(0, *cache.find(example, time));
  CHECK(cache.find_again(7, time) == cache.find(example, time));
  CHECK(cache.find_again(0, time) == nullptr);
  CHECK(cache.find_again(8, time) == nullptr);
  CHECK(cache.find_again(7 + 1024, time) == nullptr);

  // Kept once more is another token, as far as the head is concerned.
  cache.keep(known(example), time);
  CHECK(cache.find_again(7, time) == nullptr);
  cache.note(7, *cache.find(example, time));
  CHECK(cache.find_again(7, time) != nullptr);

  // A token that is not the cache's, or not any more, is not noted.
  const known_token_ptr stranger = known("x." + example);
  cache.note(9, *stranger);
  CHECK(cache.find_again(9, time) == nullptr);
  for (int i = 1; i != 1000; ++i) {
    cache.keep(known(std::to_string(i) + "." + example), time);
    const known_token* again = cache.find_again(7, time);
    REQUIRE((again == nullptr || again->token == example));
  }
  CHECK(cache.find_again(7, time) == nullptr);

  cache.keep(known(example), time);
  cache.note(7, *cache.find(example, time));
  cache.drop(example);
  CHECK(cache.find_again(7, time) == nullptr);
  cache.keep(known(example), time);
  cache.note(7, *cache.find(example, time));
  time.advance(60s);
  CHECK(cache.find_again(7, time) == nullptr);
}

TEST_CASE("a token can be dropped, and a cache of no size keeps nothing") {
  const manual_clock time;
  token_cache cache(16, 60s);
  cache.keep(known(example), time);
  cache.drop(example);
  CHECK(cache.find(example, time) == nullptr);
  token_cache none(0, 60s);
  none.keep(known(example), time);
  CHECK(none.find(example, time) == nullptr);
  CHECK(!none.enabled());
  none.note(1, *known(example));
  CHECK(none.find_again(1, time) == nullptr);
}
