#include <candela/store/revocation_list.hpp>

#include <doctest/doctest.h>

#include <candela/core/manual_clock.hpp>
#include <candela/store/revocations.hpp>

using namespace candela;
using namespace std::chrono_literals;
using store::revocable;
using store::revocation_answer;
using store::revocation_list;
using store::revocation_list_builder;

namespace {

revocation_list list_of(std::string_view lines) {
  revocation_list_builder made(1'000'000);
  REQUIRE(made.add_lines(lines));
  return std::move(made).build();
}

std::string refusal_of(std::string_view lines, std::size_t most = 100) {
  revocation_list_builder made(most);
  const auto added = made.add_lines(lines);
  return added ? "accepted" : added.error();
}

}  // namespace

TEST_CASE("what is listed is found by its kind and whole value") {
  const revocation_list list =
      list_of("# taken back\njti:abc\r\n\n  sub:ada of https://issuer.example \nkid:k:1\niss:urn:x\ntxn:t");
  CHECK(list.size() == 5);
  CHECK(list.contains(revocable::id, "abc"));
  CHECK_FALSE(list.contains(revocable::id, "ab"));
  CHECK_FALSE(list.contains(revocable::id, "abcd"));
  CHECK_FALSE(list.contains(revocable::id, "ABC"));
  CHECK_FALSE(list.contains(revocable::subject, "abc"));
  CHECK(list.contains(revocable::subject, "ada of https://issuer.example"));
  CHECK(list.contains(revocable::key, "k:1"));
  CHECK(list.contains(revocable::issuer, "urn:x"));
  CHECK(list.contains(revocable::transaction, "t"));
  CHECK_FALSE(list.contains(revocable::transaction, ""));
  CHECK_FALSE(list.contains(revocable::id, std::string(5000, 'a')));
}

TEST_CASE("a list of many loses none and invents none") {
  std::string lines;
  for (int i = 0; i != 20'000; ++i) lines += "jti:" + std::to_string(i * 2) + "\n";
  const revocation_list list = list_of(lines);
  for (int i = 0; i != 40'000; ++i) REQUIRE(list.contains(revocable::id, std::to_string(i)) == (i % 2 == 0));
}

TEST_CASE("an empty list has nothing") {
  CHECK_FALSE(revocation_list().contains(revocable::id, "a"));
  CHECK_FALSE(list_of("# nothing\n").contains(revocable::id, "a"));
}

TEST_CASE("a text that is wrong anywhere is refused with its line") {
  CHECK(refusal_of("jti:a\nnonsense\n").starts_with("line 2: an entry begins with"));
  CHECK(refusal_of("jti:a\n\n# b\nJTI:b").starts_with("line 4: an entry begins with"));
  CHECK(refusal_of("jti:").starts_with("line 1: an entry's value"));
  CHECK(refusal_of("jti:" + std::string(1024, 'a')).starts_with("line 1: an entry's value"));
  CHECK(refusal_of("jti:" + std::string(1023, 'a')) == "accepted");
  CHECK(refusal_of("jti:a\njti:b\njti:c", 2) == "line 3: there are more than 2 entries");
  CHECK(refusal_of("password: secret").find("secret") == std::string::npos);
}

TEST_CASE("a list that nobody confirms grows too old, and then denies unless it is trusted") {
  manual_clock time;
  const auto list = std::make_shared<const revocation_list>(list_of("jti:bad"));
  store::revocations strict(time, 30s, false);
  store::revocations trusting(time, 30s, true);
  CHECK(strict.ask(revocable::id, "good") == revocation_answer::unknown);
  CHECK(trusting.ask(revocable::id, "good") == revocation_answer::good);
  for (store::revocations* each : {&strict, &trusting}) {
    each->use(list, true);
    CHECK(each->ask(revocable::id, "good") == revocation_answer::good);
    CHECK(each->ask(revocable::id, "bad") == revocation_answer::revoked);
    CHECK(each->epoch() == 1);
  }
  time.advance(31s);
  CHECK(strict.is_old());
  CHECK(strict.ask(revocable::id, "good") == revocation_answer::unknown);
  CHECK(strict.ask(revocable::id, "bad") == revocation_answer::revoked);
  CHECK(trusting.ask(revocable::id, "good") == revocation_answer::good);
  CHECK(trusting.ask(revocable::id, "bad") == revocation_answer::revoked);
  // A part of it does not confirm the rest.
  strict.use(list, false);
  CHECK(strict.is_old());
  strict.use(list, true);
  CHECK_FALSE(strict.is_old());
  CHECK(strict.epoch() == 1);
}
