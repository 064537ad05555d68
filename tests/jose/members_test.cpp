// Members of a document that only some of its readers can read.
#include <doctest/doctest.h>

#include <candela/json/pointer.hpp>

#include "tests/jose/seal_samples.hpp"

using namespace candela;
using namespace candela::jose;
using namespace candela::testing;

namespace {

constexpr std::string_view order =
    "{ \"id\": 17.0, \"card\": {\"number\":\"4111-1111-1111-1111\", \"cvc\": 123},\n  \"items\": "
    "[{\"sku\":\"\\u0061\"}] }";

const std::vector<std::string> number = {"/card/number"};

std::string sealed(std::string_view document, const std::vector<std::string>& places) {
  const seal_recipient to[] = {for_payment(), for_fraud()};
  return std::string(seal_members(document, {places}, by_web(to)).value().text());
}

std::expected<std::string, failure> opened(std::string_view document, const std::vector<std::string>& places,
                                           const key& with, std::string_view service) {
  const opening_rules rules = rules_of(service);
  const auto result = open_members(document, {places}, set_of({with}), rules, noon);
  if (!result) return std::unexpected(result.error().code);
  for (const member_author& each : result->authors) CHECK(each.signer == web);
  return std::string(result->document.text());
}

// The text of a member, moved to where another stands.
std::string moved(std::string_view document, std::string_view from, std::string_view to) {
  arena memory;
  const auto root = json::parse<json::value>(document, memory).value();
  const std::string_view taken = json::text_at(document, root, from);
  const std::string_view place = json::text_at(document, root, to);
  const auto offset = static_cast<std::size_t>(place.data() - document.data());
  return std::string(document).replace(offset, place.size(), taken);
}

}  // namespace

TEST_CASE("payment and fraud read a member, cart carries it and cannot") {
  const std::string passed = sealed(order, number);
  CHECK(passed.find("4111-1111-1111-1111") == std::string::npos);
  CHECK(passed.find("\"cvc\": 123},\n  \"items\": [{\"sku\":\"\\u0061\"}] }") != std::string::npos);
  CHECK(opened(passed, number, payment_key(), payment) == order);
  CHECK(opened(passed, number, fraud_key(), fraud) == order);
  CHECK(opened(passed, number, cart_key(), cart).error() == failure::key_unknown);
}

TEST_CASE("an object is sealed as one, with all that is in it") {
  const std::string passed = sealed(order, {"/card"});
  CHECK(passed.find("\"cvc\"") == std::string::npos);
  CHECK(opened(passed, {"/card"}, payment_key(), payment) == order);
  CHECK(opened(passed, {"/card"}, cart_key(), cart).error() == failure::key_unknown);
}

TEST_CASE("several members are sealed each for itself, in any order and of any type") {
  const std::vector<std::string> places = {"/items/0/sku", "/id", "/card/cvc", "/card/number"};
  CHECK(opened(sealed(order, places), places, payment_key(), payment) == order);
}

TEST_CASE("for one recipient a member becomes a text") {
  const seal_recipient to = for_payment();
  const std::string passed(seal_members(order, {number}, by_web({&to, 1})).value().text());
  arena memory;
  const auto root = json::parse<json::value>(passed, memory).value();
  CHECK(root.at("/card/number")->string().has_value());
  CHECK(opened(passed, number, payment_key(), payment) == order);
}

TEST_CASE("sealed members cannot be exchanged, moved or taken for a body") {
  const std::vector<std::string> both = {"/card/number", "/card/cvc"};
  const std::string passed = sealed(order, both);
  CHECK(opened(moved(passed, "/card/number", "/card/cvc"), both, payment_key(), payment).error() ==
        failure::place_mismatch);
  CHECK(opened(moved(passed, "/card/number", "/id"), {"/id"}, payment_key(), payment).error() ==
        failure::place_mismatch);
  arena memory;
  const auto root = json::parse<json::value>(passed, memory).value();
  const opening_rules rules = rules_of(payment);
  CHECK(open(json::text_at(passed, root, "/card/number"), set_of({payment_key()}), rules, {}, noon, memory).error() ==
        failure::place_mismatch);
}

TEST_CASE("with a context sealed members cannot be moved to another document") {
  const seal_recipient to = for_payment();
  sealing how = by_web({&to, 1});
  how.context = "order-17";
  const std::string passed(seal_members(order, {number}, how).value().text());
  opening_rules rules = rules_of(payment);
  rules.context = "order-17";
  const key_set keys = set_of({payment_key()});
  CHECK(open_members(passed, {number}, keys, rules, noon)->document.text() == order);
  rules.context = "order-18";
  CHECK(open_members(passed, {number}, keys, rules, noon).error() == failure::place_mismatch);
}

TEST_CASE("what is not sealed where a sealed member is expected is refused") {
  CHECK(opened(order, number, payment_key(), payment).error() == failure::malformed);
  CHECK(opened(order, {"/id"}, payment_key(), payment).error() == failure::malformed);
  CHECK(opened(R"({"card":{"number":null}})", number, payment_key(), payment).error() == failure::malformed);
  CHECK(opened(R"({"card":{"number":{}}})", number, payment_key(), payment).error() == failure::malformed);
}

TEST_CASE("a place that the document does not have is refused, or left out where it may be missing") {
  const std::vector<std::string> places = {"/card/number", "/card/holder"};
  const seal_recipient to = for_payment();
  const sealing how = by_web({&to, 1});
  CHECK(seal_members(order, {places}, how).error() == failure::claim_missing);
  const auto passed = seal_members(order, {.places = places, .required = false}, how);
  REQUIRE(passed);
  const opening_rules rules = rules_of(payment);
  const key_set keys = set_of({payment_key()});
  CHECK(open_members(passed->text(), {places}, keys, rules, noon).error() == failure::claim_missing);
  const auto read = open_members(passed->text(), {.places = places, .required = false}, keys, rules, noon);
  REQUIRE(read);
  CHECK(read->document.text() == order);
  REQUIRE(read->authors.size() == 1);
  CHECK(read->authors[0].place == "/card/number");
}

TEST_CASE("an author cannot change the document around a member") {
  const std::string header = inner_header("at", R"("/a")");
  for (const std::string_view content : {"1,\"admin\":true", "", "1 2", R"({"x":1,"x":2})", "\"\xff\""}) {
    CAPTURE(content);
    const std::string document = "{\"a\":\"" + sealed_with(header, content) + "\"}";
    CHECK(opened(document, {"/a"}, payment_key(), payment).error() == failure::json_invalid);
  }
  CHECK(opened("{\"a\":\"" + sealed_with(header, "[1]") + "\"}", {"/a"}, payment_key(), payment) == R"({"a":[1]})");
  const std::string html = "{\"a\":\"" + sealed_with(changed(header, "cty", R"("text/html")"), "1") + "\"}";
  CHECK(opened(html, {"/a"}, payment_key(), payment).error() == failure::type_mismatch);
}

TEST_CASE("lists of places that mean nothing are refused") {
  const seal_recipient to = for_payment();
  const sealing how = by_web({&to, 1});
  const std::vector<std::vector<std::string>> wrong = {
      {""}, {"card"}, {"/~2"}, {"/card", "/card"}, {"/card", "/card/number"}, {"/card/number", "/card"}};
  for (const std::vector<std::string>& places : wrong)
    CHECK(seal_members(order, {places}, how).error() == failure::claim_invalid);
  CHECK(seal_members("{", {number}, how).error() == failure::json_invalid);
  CHECK(seal_members(R"({"a":1,"a":2})", {number}, how).error() == failure::json_invalid);
  CHECK(seal_members("[[[1]]]", {.places = number, .max_depth = 2}, how).error() == failure::json_invalid);
  CHECK(seal_members("[[1]]", {}, how)->text() == "[[1]]");
}
