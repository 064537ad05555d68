// What is encrypted opens again, by every algorithm with every other, and by nobody else.
#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <candela/core/random.hpp>
#include <thread>

#include "tests/jose/jwe_forge.hpp"

using namespace candela;
using namespace candela::testing;

namespace {

constexpr int key_ways = static_cast<int>(key_algorithm::pbes2_hs512_a256kw) + 1;
constexpr int contents = static_cast<int>(content_algorithm::a256gcm) + 1;

std::string random_text(fast_random& random) {
  std::string text(random.below(80), '\0');
  std::ranges::generate(text, [&] { return static_cast<char>(random()); });
  return text;
}

// A key of the algorithm's kind and size.
key key_for(key_algorithm algorithm, content_algorithm encryption) {
  constexpr std::array<std::size_t, 3> sizes{16, 24, 32};
  switch (algorithm) {
    case key_algorithm::dir: return key::generate_secret(content_key_size(encryption)).value();
    case key_algorithm::a128kw:
    case key_algorithm::a192kw:
    case key_algorithm::a256kw: return key::generate_secret(sizes[static_cast<std::size_t>(algorithm) - 1]).value();
    case key_algorithm::a128gcmkw:
    case key_algorithm::a192gcmkw:
    case key_algorithm::a256gcmkw: return key::generate_secret(sizes[static_cast<std::size_t>(algorithm) - 4]).value();
    case key_algorithm::rsa_oaep:
    case key_algorithm::rsa_oaep_256:
    case key_algorithm::rsa1_5: return test_keys::rsa();
    case key_algorithm::ecdh_es:
    case key_algorithm::ecdh_es_a128kw:
    case key_algorithm::ecdh_es_a192kw:
    case key_algorithm::ecdh_es_a256kw: return key::generate(curve::p256).value();
    default: return key::generate_secret(12).value();
  }
}

key half_that_encrypts(const key& whole) { return whole.kind() == key_kind::oct ? whole : whole.public_key().value(); }

decryption_rules just(key_algorithm algorithm, content_algorithm encryption) {
  decryption_rules rules;
  rules.algorithms.add(algorithm);
  rules.encryption.add(encryption);
  return rules;
}

void check_round_trip(const key& own, key_algorithm algorithm, content_algorithm encryption, std::string_view content,
                      const encryption_header& said = {.iterations = 100}) {
  CAPTURE(name_of(algorithm));
  CAPTURE(name_of(encryption));
  const auto message = encrypt(content, half_that_encrypts(own), algorithm, encryption, said);
  REQUIRE(message);
  decryption_rules rules = just(algorithm, encryption);
  rules.compressed = said.compress;
  arena memory;
  const key_set keys = only(own);
  const auto opened = decrypt(*message, keys, rules, memory);
  REQUIRE(opened);
  CHECK(opened->content.text() == content);
  CHECK(opened->algorithm == algorithm);
  CHECK(opened->encryption == encryption);
  CHECK(opened->by == keys.keys().data());
}

}  // namespace

TEST_CASE("every algorithm for keys opens what it sealed with every algorithm for content") {
  fast_random random(7516);
  for (int way = 0; way != key_ways; ++way) {
    for (int content = 0; content != contents; ++content) {
      const auto algorithm = static_cast<key_algorithm>(way);
      const auto encryption = static_cast<content_algorithm>(content);
      check_round_trip(key_for(algorithm, encryption), algorithm, encryption, random_text(random));
    }
  }
}

TEST_CASE("every curve agrees upon keys") {
  for (const curve which : {curve::p256, curve::p384, curve::p521, curve::x25519, curve::x448}) {
    CAPTURE(name_of(which));
    const encryption_header said{.party_u = "from", .party_v = "to"};
    for (const auto algorithm : {key_algorithm::ecdh_es, key_algorithm::ecdh_es_a128kw, key_algorithm::ecdh_es_a192kw,
                                 key_algorithm::ecdh_es_a256kw})
      check_round_trip(test_keys::on(which), algorithm, content_algorithm::a256cbc_hs512, "agreed", said);
  }
}

TEST_CASE("content of every length up to three blocks comes back") {
  const key secret = test_keys::secret(32);
  for (std::size_t size = 0; size != 49; ++size) {
    const std::string content(size, static_cast<char>(size));
    check_round_trip(secret, key_algorithm::dir, content_algorithm::a128cbc_hs256, content);
    check_round_trip(secret, key_algorithm::dir, content_algorithm::a256gcm, content);
  }
}

TEST_CASE("compressed content comes back and is shorter on the way") {
  const key secret = test_keys::secret(32);
  const std::string content(100'000, 'z');
  const encryption_header said{.compress = true};
  check_round_trip(secret, key_algorithm::dir, content_algorithm::a256gcm, content, said);
  check_round_trip(secret, key_algorithm::dir, content_algorithm::a256gcm, "", said);
  CHECK(encrypt(content, secret, key_algorithm::dir, content_algorithm::a256gcm, said)->size() < 1000);
}

TEST_CASE("the header says what was asked for, and is told") {
  const key to = test_keys::on(curve::p256).with({.id = "payment", .algorithm = {}}).value();
  const std::array<json::member, 1> further{{{"tenant", json::value(std::string_view("a"))}}};
  const encryption_header said{
      .type = "mail", .content_type = "text/plain", .further = json::value(std::span<const json::member>(further))};
  const auto message =
      encrypt("hello", to.public_key().value(), key_algorithm::ecdh_es, content_algorithm::a128gcm, said);
  REQUIRE(message);
  decryption_rules rules = accepting_all();
  rules.type = "application/mail";
  arena memory;
  const auto opened = decrypt(*message, only(to), rules, memory);
  REQUIRE(opened);
  CHECK(opened->protected_header.key_id == "payment");
  CHECK(opened->protected_header.type == "mail");
  CHECK(opened->protected_header.content_type == "text/plain");
  CHECK(opened->protected_header.members.find("tenant")->string() == "a");
  CHECK(opened->protected_header.members.at("/epk/d") == nullptr);
}

TEST_CASE("two messages of one content have nothing random in common") {
  const key to = test_keys::on(curve::x25519);
  const auto one = encrypt("same", to, key_algorithm::ecdh_es_a128kw, content_algorithm::a128gcm);
  const auto other = encrypt("same", to, key_algorithm::ecdh_es_a128kw, content_algorithm::a128gcm);
  for (std::size_t i = 0; i != 5; ++i) CHECK(part_of(*one, i) != part_of(*other, i));
}

TEST_CASE("each of several recipients opens the one message, and nobody else") {
  const key secret = test_keys::secret(16).with({.id = "shared", .algorithm = {}}).value();
  const key password = test_keys::secret(12);
  const std::vector<recipient> to{{&test_keys::rsa(), key_algorithm::rsa_oaep_256},
                                  {&test_keys::on(curve::p384), key_algorithm::ecdh_es_a192kw},
                                  {&test_keys::on(curve::x25519), key_algorithm::ecdh_es_a256kw},
                                  {&secret, key_algorithm::a128gcmkw},
                                  {&password, key_algorithm::pbes2_hs256_a128kw}};
  for (int content = 0; content != contents; ++content) {
    const auto message =
        encrypt_json("for all of you", to, static_cast<content_algorithm>(content), {.iterations = 1000}, "additional");
    REQUIRE(message);
    for (const recipient& each : to) {
      CAPTURE(name_of(each.algorithm));
      arena memory;
      const auto opened = decrypt(*message, only(*each.to), accepting_all(), memory);
      REQUIRE(opened);
      CHECK(opened->content.text() == "for all of you");
      CHECK(opened->additional_data == "additional");
      CHECK(opened->algorithm == each.algorithm);
      CHECK(opened->recipient_header.find("alg")->string() == name_of(each.algorithm));
    }
    arena memory;
    CHECK(decrypt(*message, only(key::generate(curve::p384).value()), accepting_all(), memory).error() ==
          failure::decryption_failed);
    CHECK_FALSE(decrypt(*message, only(key::generate(curve::p256).value()), accepting_all(), memory));
  }
}

TEST_CASE("threads share keys and none disturbs another") {
  const key shared[] = {test_keys::rsa(), test_keys::on(curve::p256), test_keys::secret(32)};
  const key_algorithm ways[] = {key_algorithm::rsa_oaep, key_algorithm::ecdh_es_a128kw, key_algorithm::a256kw};
  std::atomic<int> opened = 0;
  std::vector<std::jthread> threads;
  for (int thread = 0; thread != 4; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i != 30; ++i) {
        const auto which = static_cast<std::size_t>(i % 3);
        const auto encryption = static_cast<content_algorithm>(i % contents);
        const std::string content = std::to_string(thread) + '/' + std::to_string(i);
        const auto message = encrypt(content, shared[which], ways[which], encryption);
        arena memory;
        const auto read = decrypt(*message, only(shared[which]), just(ways[which], encryption), memory);
        if (read && read->content.text() == content) ++opened;
      }
    });
  }
  threads.clear();
  CHECK(opened == 120);
}

TEST_CASE("a flattened message has all of its header protected") {
  const recipient to{&test_keys::rsa(), key_algorithm::rsa_oaep};
  const auto message = encrypt_json("one", {&to, 1}, content_algorithm::a192gcm);
  REQUIRE(message);
  arena memory;
  const auto opened = decrypt(*message, only(test_keys::rsa()), accepting_all(), memory);
  REQUIRE(opened);
  CHECK(opened->protected_header.algorithm == "RSA-OAEP");
  CHECK(opened->shared_header.is_null());
  CHECK(opened->recipient_header.is_null());
}

TEST_CASE("key_ops let a password wrap, encrypt or derive, and nothing else") {
  const auto wraps = [](key_operation operation) {
    const key password = test_keys::secret(12).with({.id = {}, .algorithm = {}, .operations = {operation}}).value();
    return encrypt("x", password, key_algorithm::pbes2_hs256_a128kw, content_algorithm::a128gcm, {.iterations = 10})
        .has_value();
  };
  CHECK(wraps(key_operation::wrap_key));
  CHECK(wraps(key_operation::encrypt));
  CHECK(wraps(key_operation::derive_key));
  CHECK(wraps(key_operation::derive_bits));
  CHECK_FALSE(wraps(key_operation::unwrap_key));
  CHECK_FALSE(wraps(key_operation::decrypt));
  CHECK_FALSE(wraps(key_operation::sign));
}

TEST_CASE("the general form takes one recipient as well, with everything protected") {
  const key secret = test_keys::secret(16);
  const key_set keys = key_set::of({secret}).value();
  decryption_rules rules;
  rules.algorithms = {key_algorithm::a128kw, key_algorithm::dir};
  rules.encryption = {content_algorithm::a128gcm};
  rules.json = true;
  for (const key_algorithm each : {key_algorithm::a128kw, key_algorithm::dir}) {
    const recipient to{&secret, each};
    const auto message =
        encrypt_json("content", {&to, 1}, content_algorithm::a128gcm, {.key_id = false}, {}, json_form::general);
    REQUIRE(message.has_value());
    CHECK(message->find(R"("recipients":[{)") != std::string::npos);
    CHECK(message->find(R"("header")") == std::string::npos);
    arena memory;
    const auto opened = decrypt(*message, keys, rules, memory);
    REQUIRE(opened.has_value());
    CHECK(opened->content.text() == "content");
    CHECK(opened->protected_header.algorithm == name_of(each));
  }
}

TEST_CASE("what cannot be encrypted is refused") {
  const key secret = test_keys::secret(16);
  const auto refusal = [&](const key& to, key_algorithm algorithm, const encryption_header& said = {}) {
    return encrypt("x", to, algorithm, content_algorithm::a256gcm, said).error().code;
  };
  CHECK(refusal(secret, key_algorithm::dir) == failure::key_unfit);
  CHECK(refusal(secret, key_algorithm::a256kw) == failure::key_unfit);
  CHECK(refusal(secret, key_algorithm::rsa_oaep) == failure::key_unfit);
  CHECK(refusal(test_keys::rsa(), key_algorithm::ecdh_es) == failure::key_unfit);
  CHECK(refusal(key::generate(curve::ed25519).value(), key_algorithm::ecdh_es) == failure::key_unfit);
  CHECK(refusal(secret.with({.id = {}, .algorithm = "A128GCMKW"}).value(), key_algorithm::a128kw) ==
        failure::key_unfit);
  CHECK(refusal(secret, key_algorithm::pbes2_hs256_a128kw, {.iterations = 0}) == failure::header_invalid);
  const std::array<json::member, 1> further{{{"zip", json::value(std::string_view("DEF"))}}};
  CHECK(refusal(secret, key_algorithm::a128kw, {.further = json::value(std::span<const json::member>(further))}) ==
        failure::header_invalid);
  const std::vector<recipient> two{{&secret, key_algorithm::a128kw},
                                   {&test_keys::on(curve::p256), key_algorithm::ecdh_es}};
  CHECK(encrypt_json("x", two, content_algorithm::a128gcm).error() == failure::algorithm_refused);
  CHECK(encrypt_json("x", {}, content_algorithm::a128gcm).error() == failure::key_unknown);
  CHECK(encrypt_json("x", two, content_algorithm::a128gcm, {}, {}, json_form::flattened).error() == failure::malformed);
  const recipient nobody;
  CHECK(encrypt_json("x", {&nobody, 1}, content_algorithm::a128gcm).error() == failure::key_unknown);
}
