#include <doctest/doctest.h>
#include <candela/custody/key_book.hpp>

#include "tests/custody/forge.hpp"

using namespace candela;
using namespace candela::testing;
using custody::key_book;
using jose::failure;

namespace {

const jose::key& authority() {
  static const jose::key made = jose::key::generate(jose::curve::p256, {.id = "authority"}).value();
  return made;
}

jose::key new_key() {
  const jose::key plain = jose::key::generate(jose::curve::p256).value();
  return plain.with({.id = plain.thumbprint()}).value();
}

custody::key_record record_of(std::uint64_t sequence, std::vector<custody::service_key> keys, std::size_t who = 3) {
  return {.issuer = cast()[who].identity,
          .sequence = sequence,
          .issued = moment,
          .expires = moment + 86'400,
          .keys = std::move(keys)};
}

std::string signed_record(const custody::key_record& record) { return sign_record(record, authority()).value(); }

std::string first_record() { return signed_record(record_of(1, {public_half(cast()[3].key)})); }

// The record with a claim that is changed before it is signed.
std::string record_that_says(std::string_view name, std::string_view value) {
  const std::string right = first_record();
  const std::size_t first = right.find('.');
  const std::string claims = decoded(std::string_view(right).substr(first + 1, right.rfind('.') - first - 1));
  return token_of(decoded(std::string_view(right).substr(0, first)), changed(claims, name, value), authority(),
                  jose::signature_algorithm::es256);
}

std::optional<failure> refused(const std::string& record) {
  const auto read = custody::read_record(record, verifiers(authority()), moment, 5);
  return read ? std::nullopt : std::optional(read.error().code);
}

}  // namespace

TEST_CASE("a record is signed by its authority and read as it was") {
  custody::service_key key = public_half(cast()[3].key);
  key.not_before = moment + 60;
  key.retire = moment + 600;
  const std::string record = signed_record(record_of(7, {key}));
  const auto read = custody::read_record(record, verifiers(authority()), moment, 5);
  REQUIRE(read.has_value());
  CHECK(read->issuer == cast()[3].identity);
  CHECK(read->sequence == 7);
  REQUIRE(read->keys.size() == 1);
  CHECK(read->keys[0].key == key.key);
  CHECK(read->keys[0].not_before == moment + 60);
  CHECK(read->keys[0].retire == moment + 600);
}

TEST_CASE("a record that is not its authority's, or breaks a rule, is refused") {
  CHECK_FALSE(refused(first_record()));
  CHECK(refused(sign_record(record_of(1, {public_half(cast()[3].key)}), cast()[4].key).value()) ==
        failure::key_unknown);
  std::string forged = first_record();
  forged[forged.rfind('.') + 5] = forged[forged.rfind('.') + 5] == 'A' ? 'B' : 'A';
  CHECK(refused(forged) == failure::signature_invalid);
  CHECK(refused("") == failure::malformed);
  const std::string claims =
      decoded(std::string_view(first_record())
                  .substr(first_record().find('.') + 1, first_record().rfind('.') - first_record().find('.') - 1));
  CHECK(refused(token_of(R"({"alg":"ES256","kid":"authority","typ":"JWT"})", claims, authority(),
                         jose::signature_algorithm::es256)) == failure::type_mismatch);
  CHECK(refused(record_that_says("iss", R"("https://example.org")")) == failure::claim_invalid);
  CHECK(refused(record_that_says("exp", at(0))) == failure::claim_invalid);
  CHECK(refused(record_that_says("iat", at(6))) == failure::issued_in_future);
  CHECK(refused(record_that_says("seq", "-1")) == failure::json_invalid);
  CHECK(refused(record_that_says("keys", "[]")) == failure::key_invalid);
  CHECK(refused(record_that_says("more", "1")) == failure::json_invalid);
  const std::string jwk = jwk_text(cast()[3].key, jose::key_part::public_part);
  CHECK(refused(record_that_says("keys", "[" + jwk + "," + jwk + "]")) == failure::key_ambiguous);
  CHECK(refused(record_that_says("keys", "[" + changed(jwk, "kid", R"("1")") + "]")) == failure::key_invalid);
  CHECK(refused(record_that_says("keys", "[" + jwk_text(cast()[3].key, jose::key_part::private_part) + "]")) ==
        failure::key_unfit);
  CHECK(custody::read_record(first_record(), verifiers(authority()), moment + 86'400, 5).error() == failure::expired);
}

TEST_CASE("a book keeps what was good, and takes nothing lower") {
  key_book book(verifiers(authority()));
  const std::string first = first_record();
  CHECK(book.offer(first, moment).value());
  const auto held = book.keys();
  CHECK_FALSE(book.offer(first, moment).value());
  CHECK(book.keys() == held);
  const std::string second = signed_record(record_of(2, {public_half(new_key())}));
  CHECK(book.offer(second, moment).value());
  CHECK(book.offer(first, moment).error() == failure::too_old);
  CHECK(book.offer(signed_record(record_of(2, {public_half(new_key())})), moment).error() == failure::too_old);
  std::string forged = signed_record(record_of(3, {public_half(new_key())}));
  forged.back() = forged.back() == 'A' ? 'Q' : 'A';
  const auto before = book.keys();
  CHECK_FALSE(book.offer(forged, moment).has_value());
  CHECK(book.keys() == before);
  CHECK(book.refused() == 3);
}

TEST_CASE(
    "a record of a clock that is ahead may be offered again when its time has come; what else is refused stays so") {
  key_book book(verifiers(authority()));
  custody::key_record early = record_of(1, {public_half(cast()[3].key)});
  early.issued = moment + 60;
  const std::string record = signed_record(early);
  const auto refusal = book.offer(record, moment);
  CHECK(refusal.error() == failure::issued_in_future);
  CHECK(refusal.error().again == moment + 55);
  CHECK(book.offer(record, moment + 54).error() == failure::issued_in_future);
  CHECK(book.offer(record, moment + 55).value());
  constexpr auto never = custody::record_refusal::never;
  CHECK(book.offer(record_that_says("seq", "0"), moment).error().again == never);
  CHECK(book.offer(first_record(), moment + 86'400).error().again == never);
  std::string forged = record;
  forged[forged.rfind('.') + 5] = forged[forged.rfind('.') + 5] == 'A' ? 'B' : 'A';
  CHECK(book.offer(forged, moment).error().again == never);
}

TEST_CASE("what a record lets expire counts no longer, and what it takes back ends with it") {
  key_book book(verifiers(authority()));
  REQUIRE(book.offer(first_record(), moment).has_value());
  const std::string_view id = cast()[3].key.id();
  CHECK(book.keys()->find(cast()[3].identity, id)->counts_at(moment + 86'399, 5));
  CHECK_FALSE(book.keys()->find(cast()[3].identity, id)->counts_at(moment + 86'400, 5));
  custody::key_record next = record_of(2, {public_half(new_key())});
  next.issued = moment + 100;
  REQUIRE(book.offer(signed_record(next), moment + 100).has_value());
  CHECK(book.keys()->find(cast()[3].identity, id)->counts_at(moment + 99, 5));
  CHECK_FALSE(book.keys()->find(cast()[3].identity, id)->counts_at(moment + 100, 5));
  CHECK(book.age(moment + 160) == std::chrono::seconds(60));
}

TEST_CASE("keys of the past stand in the archive, and nothing else does") {
  key_book book(verifiers(authority()));
  REQUIRE(book.offer(first_record(), moment).has_value());
  CHECK(custody::key_snapshot::from_json(book.archive(moment).value())->size() == 0);
  const jose::key next = new_key();
  REQUIRE(book.offer(signed_record(record_of(2, {public_half(next)})), moment).has_value());
  const auto archived = custody::key_snapshot::from_json(book.archive(moment).value());
  REQUIRE(archived.has_value());
  CHECK(archived->find(cast()[3].identity, cast()[3].key.id()) != nullptr);
  CHECK(archived->find(cast()[3].identity, next.id()) == nullptr);
}

// Publish at T, sign with it from T + 60, stop with the old one then, take that back at T + 60 + the longest life.
TEST_CASE("through twenty rotations no request is refused, and none is accepted when its key is gone") {
  constexpr std::int64_t round = 600;
  key_book book(verifiers(authority()));
  std::vector<jose::key> keys{cast()[0].key};
  for (int i = 0; i != 21; ++i) keys.push_back(new_key());
  scenario one(1);
  const auto request_signed_by = [&](const jose::key& key, std::int64_t when) {
    one.on_link = [&key, when](std::size_t, draft& link) {
      link.signer = key;
      link.head("kid", in_quotes(key.id()));
      link.say("iat", at(when));
      link.say("exp", at(when + 60));
    };
    one.on_proof = [&key, when](draft& proof) {
      proof.signer = key;
      proof.head("kid", in_quotes(key.id()));
      proof.say("iat", at(when));
      proof.say("exp", at(when + 15));
    };
    one.at.used.used.clear();
    one.at.time.set_wall(clock::wall_time(std::chrono::seconds(moment + when)));
    return one.code();
  };
  for (std::size_t turn = 0; turn != 20; ++turn) {
    const std::int64_t begin = static_cast<std::int64_t>(turn) * round;
    custody::service_key old_one = public_half(keys[turn]);
    old_one.retire = moment + begin + 60 + 125;
    custody::key_record record = record_of(turn + 1, {old_one, public_half(keys[turn + 1])}, 0);
    record.issued = moment + begin;
    record.expires = moment + begin + 2 * round;
    REQUIRE(book.offer(signed_record(record), moment + begin).value());
    one.at.keys.replace(book.keys());
    for (std::int64_t when = begin; when < begin + round; when += 30) {
      CAPTURE(when);
      CHECK_FALSE(request_signed_by(keys[when < begin + 60 ? turn : turn + 1], when));
    }
    CHECK(request_signed_by(keys[turn], begin + 185) == custody::refusal::key_unknown);
    if (turn != 0) CHECK(request_signed_by(keys[turn - 1], begin) == custody::refusal::key_unknown);
  }
}
