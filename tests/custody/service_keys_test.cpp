#include <doctest/doctest.h>

#include "tests/custody/cast.hpp"

using namespace candela;
using namespace candela::testing;
using custody::key_snapshot;
using jose::failure;

TEST_CASE("a key is found by its service and its id, by neither alone") {
  const key_snapshot keys = key_snapshot::of(cast_keys()).value();
  CHECK(keys.size() == cast().size());
  for (const cast_member& each : cast()) {
    const custody::service_key* found = keys.find(each.identity, each.key.id());
    REQUIRE(found != nullptr);
    CHECK(found->key == each.key);
  }
  CHECK(keys.find(cast()[0].identity, cast()[1].key.id()) == nullptr);
  CHECK(keys.find("", cast()[0].key.id()) == nullptr);
  CHECK(keys.find(cast()[0].identity, "") == nullptr);
}

TEST_CASE("two services may use one id, and each has its own key") {
  std::vector<custody::service_keys> services;
  for (int i = 0; i != 2; ++i) {
    const jose::key named = cast()[static_cast<std::size_t>(i)].key.with({.id = "1"}).value();
    custody::service_keys one{.issuer = cast()[static_cast<std::size_t>(i)].identity, .keys = {}};
    one.keys.push_back(public_half(named));
    services.push_back(std::move(one));
  }
  const key_snapshot keys = key_snapshot::of(std::move(services)).value();
  CHECK(keys.find(cast()[0].identity, "1")->key == cast()[0].key);
  CHECK(keys.find(cast()[1].identity, "1")->key == cast()[1].key);
}

TEST_CASE("every snapshot has a number of its own") { CHECK(key_snapshot().epoch() != key_snapshot().epoch()); }

TEST_CASE("keys that can be of no chain are refused") {
  const auto refused = [](custody::service_key key) {
    custody::service_keys one{.issuer = "urn:a", .keys = {}};
    one.keys.push_back(std::move(key));
    std::vector<custody::service_keys> services;
    services.push_back(std::move(one));
    return key_snapshot::of(std::move(services)).error().code;
  };
  CHECK(refused({cast()[0].key}) == failure::key_unfit);
  CHECK(refused({p256_key().public_key().value()}) == failure::key_unfit);
  CHECK(refused({rsa_key().public_key().value().with({.id = "1"}).value(), jose::signature_algorithm::rs256}) ==
        failure::key_unfit);
  CHECK(refused({cast()[0].key.public_key().value(), jose::signature_algorithm::es384}) == failure::key_unfit);
}

TEST_CASE("two keys of one service and id are refused") {
  std::vector<custody::service_keys> services = cast_keys();
  services[0].keys.push_back(services[0].keys.front());
  CHECK(key_snapshot::of(std::move(services)).error() == failure::key_ambiguous);
}

TEST_CASE("keys are read from JSON with the times at which they count") {
  const std::string jwk = jwk_text(cast()[0].key, jose::key_part::public_part);
  const std::string dated = changed(changed(jwk, "nbf", "100"), "retire", "200");
  const key_snapshot keys = key_snapshot::from_json(R"({"urn:a":{"keys":[)" + dated + "]}}").value();
  const custody::service_key* found = keys.find("urn:a", cast()[0].key.id());
  REQUIRE(found != nullptr);
  CHECK_FALSE(found->counts_at(94, 5));
  CHECK(found->counts_at(95, 5));
  CHECK(found->counts_at(199, 5));
  CHECK_FALSE(found->counts_at(200, 5));
}

TEST_CASE("a key without an id is known by its thumbprint") {
  const std::string jwk = changed(jwk_text(cast()[0].key, jose::key_part::public_part), "kid", "");
  const key_snapshot keys = key_snapshot::from_json(R"({"urn:a":{"keys":[)" + jwk + "]}}").value();
  CHECK(keys.find("urn:a", cast()[0].key.thumbprint()) != nullptr);
}

TEST_CASE("JSON that holds no keys of services is refused") {
  const std::string jwk = jwk_text(cast()[0].key, jose::key_part::public_part);
  CHECK(key_snapshot::from_json("[]").error() == failure::json_invalid);
  CHECK(key_snapshot::from_json(R"({"urn:a":{}})").error() == failure::key_invalid);
  CHECK(key_snapshot::from_json(R"({"urn:a":{"keys":[)" + changed(jwk, "nbf", R"("soon")") + "]}}").error() ==
        failure::key_invalid);
  CHECK(key_snapshot::from_json(R"({"urn:a":{"keys":[)" + changed(jwk, "retire", "0") + "]}}").error() ==
        failure::key_invalid);
}

TEST_CASE("a key is written with its times and read again") {
  custody::service_key key = public_half(cast()[0].key);
  key.not_before = 100;
  key.retire = 200;
  arena memory;
  const std::string text = write_service_key(key).value();
  const auto read = custody::read_service_key(json::parse<json::value>(text, memory).value());
  REQUIRE(read.has_value());
  CHECK(read->key == key.key);
  CHECK(read->not_before == 100);
  CHECK(read->retire == 200);
  CHECK(text.find("\"d\"") == std::string::npos);
}
