// candela chain.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "key_files.hpp"

using namespace candela::command;

namespace {

using words = std::vector<std::string>;

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// Three services, a to c, with their keys.
class services {
 public:
  services() {
    for (const char* name : {"a", "b", "c"}) here.make(name, {});
  }

  /// A call from one to the other; the file of its fields.
  [[nodiscard]] std::string call(const std::string& from, const std::string& to, const words& more = {}) const {
    words given{"chain", "mint", "--key", here.path(from + ".jwk"), "--iss", "urn:s:" + from, "--aud", "urn:s:" + to};
    given.insert(given.end(), {"--op", "op-" + to});
    given.insert(given.end(), more.begin(), more.end());
    const answer made = ask(given);
    REQUIRE_MESSAGE(made.status == success, made.error);
    return here.file("to-" + to, made.out);
  }
  /// The call of b to c, which was called by a.
  [[nodiscard]] std::string second(const words& first = {}, const words& more = {}) const {
    words given{"--behind", call("a", "b", first)};
    given.insert(given.end(), keys.begin(), keys.end());
    given.insert(given.end(), more.begin(), more.end());
    return call("b", "c", given);
  }
  [[nodiscard]] answer verify(const std::string& at, const std::string& fields, const words& more = {}) const {
    words given{"chain", "verify", "--aud", "urn:s:" + at, "--root", "urn:s:a", fields};
    given.insert(given.end(), keys.begin(), keys.end());
    given.insert(given.end(), more.begin(), more.end());
    return ask(given);
  }

  key_folder here;
  words keys{"--known", "urn:s:a=" + here.path("a.pub.jwk"), "--known", "urn:s:b=" + here.path("b.pub.jwk")};
};

}  // namespace

TEST_CASE("a chain of calls is verified and drawn, in both forms") {
  const services all;
  for (const words& form : {words{}, words{"--by-value"}}) {
    words first{"--sub", "ada", "--scope", "read pay", "--client-id", "web"};
    first.insert(first.end(), form.begin(), form.end());
    words second{"--scope", "pay"};
    second.insert(second.end(), form.begin(), form.end());
    const std::string fields = all.second(first, second);
    CHECK(has(all.here.content("to-c"), "~") == form.empty());
    const answer given = all.verify("c", fields);
    CHECK(given.error == "");
    CHECK(has(given.out, "subject:     ada\n"));
    CHECK(has(given.out, "client:      web\n"));
    CHECK(has(given.out, "scope:       pay\n"));
    CHECK(has(given.out, "urn:s:a\n`-- urn:s:b  op-b\n    `-- urn:s:c  op-c\n"));
  }
}

TEST_CASE("a proof has the nonce that its receiver demands") {
  const services all;
  const std::string fields = all.call("a", "b", {"--nonce", "demanded"});
  CHECK(all.verify("b", fields, {"--nonce", "demanded"}).error == "");
  CHECK(all.verify("b", fields).error == "");
  CHECK(has(all.verify("b", fields, {"--nonce", "another"}).error, "proof_expired"));
  CHECK(has(all.verify("b", all.call("a", "b"), {"--nonce", "demanded"}).error, "proof_expired"));
}

TEST_CASE("a proof holds for the request that it was made for, and for no other") {
  const services all;
  const std::string body = all.here.file("body", "{}");
  const words request{"--method",  "POST",       "--url",          "https://b/v1/pay?now=1",
                      "--content", body,         "--content-type", "application/json",
                      "--header",  "X-Tenant: 7"};
  const std::string fields = all.call("a", "b", request);
  CHECK(all.verify("b", fields, request).error == "");
  const auto refusal = [&](std::size_t which, const std::string& other) {
    words changed = request;
    changed[which] = other;
    const answer given = all.verify("b", fields, changed);
    CHECK(given.status == failure);
    return given.refusal();
  };
  CHECK(refusal(1, "PUT") == "proof_target_mismatch");
  CHECK(refusal(3, "https://b/v1/pay?now=2") == "proof_target_mismatch");
  CHECK(refusal(3, "https://b/v2/pay?now=1") == "proof_target_mismatch");
  CHECK(refusal(5, all.here.file("other", "[]")) == "proof_body_mismatch");
  CHECK(refusal(7, "text/plain") == "proof_body_mismatch");
  CHECK(refusal(9, "X-Tenant: 8") == "proof_body_mismatch");
  CHECK(all.verify("b", fields).status == failure);
}

TEST_CASE("a chain that is not for the verifier, or begun by another, is refused with its code") {
  const services all;
  const std::string fields = all.second();
  CHECK(all.verify("b", fields).refusal() == "proof_target_mismatch");
  const words given{"chain", "verify", "--aud", "urn:s:c", "--root", "urn:s:b", fields};
  words known = given;
  known.insert(known.end(), all.keys.begin(), all.keys.end());
  CHECK(ask(known).refusal() == "chain_root_untrusted");
  CHECK(all.verify("c", fields, {"--op", "other"}).refusal() == "op_mismatch");
  CHECK(all.verify("c", fields, {"--max-links", "1"}).refusal() == "chain_too_deep");
  words strange = given;
  strange[5] = "urn:s:a";
  strange.insert(strange.end(), {"--known", "urn:s:b=" + all.here.path("b.pub.jwk")});
  CHECK(ask(strange).refusal() == "chain_link_invalid");
}

TEST_CASE("a chain alone is accepted only when that is asked for") {
  const services all;
  const std::string fields = all.second();
  const std::string text = all.here.content("to-c");
  const std::string bare = all.here.file("bare", text.substr(0, text.find('\n') + 1));
  CHECK(all.verify("c", bare).refusal() == "chain_missing");
  CHECK(all.verify("c", bare, {"--no-proof"}).status == success);
  const std::string nameless = all.here.file("nameless", text.substr(12, text.find('\n') - 12));
  CHECK(all.verify("c", nameless, {"--no-proof"}).status == success);
}

TEST_CASE("keys of services come as one file too") {
  const services all;
  const std::string fields = all.second();
  const std::string keys =
      all.here.file("keys", R"({"urn:s:a":{"keys":[)" + all.here.content("a.pub.jwk") + R"(]},"urn:s:b":{"keys":[)" +
                                all.here.content("b.pub.jwk") + "]}}");
  CHECK(ask({"chain", "verify", "--keys", keys, "--aud", "urn:s:c", "--root", "urn:s:a", fields}).error == "");
}

TEST_CASE("a chain is shown by its own word, with a warning") {
  const services all;
  for (const words& form : {words{}, words{"--by-value"}}) {
    const std::string shown = ask({"chain", "show", all.second({}, form)}).out;
    CHECK(shown.starts_with("UNVERIFIED: "));
    CHECK(has(shown, "urn:s:a\n`-- urn:s:b  op-b\n    `-- urn:s:c  op-c\n"));
  }
  CHECK(ask({"chain", "show", all.here.file("x", "a.b.c")}).refusal() == "chain_malformed");
  CHECK(ask({"chain", "show", all.here.file("x", "")}).status == usage_error);
}

TEST_CASE("a chain that is wrong is not extended") {
  const services all;
  const std::string fields = all.call("a", "b");
  const std::string right = all.here.content("to-b");
  const std::string text = changed_at(right, right.find('.') + 20);
  words given{"chain", "mint", "--key", all.here.path("b.jwk"), "--iss", "urn:s:b", "--aud", "urn:s:c", "--op", "x"};
  given.insert(given.end(), all.keys.begin(), all.keys.end());
  given.insert(given.end(), {"--behind", all.here.file("wrong", text)});
  const answer refused = ask(given);
  CHECK(refused.status == failure);
  CHECK(refused.refusal().starts_with("chain_"));
  CHECK(refused.out == "");
}

TEST_CASE("what is missing or no identity is told") {
  const services all;
  const std::string key = all.here.path("a.jwk");
  const words mint{"chain", "mint", "--key", key, "--iss", "urn:s:a", "--aud", "urn:s:b", "--op", "x"};
  for (const std::size_t gone : {2U, 4U, 6U, 8U}) {
    words given = mint;
    given.erase(given.begin() + static_cast<std::ptrdiff_t>(gone),
                given.begin() + static_cast<std::ptrdiff_t>(gone) + 2);
    CHECK(ask(given).status == usage_error);
    CHECK(has(ask(given).error, " is needed"));
  }
  words given = mint;
  given[5] = "https://no.identity";
  CHECK(ask(given).status == failure);
  given = mint;
  given.insert(given.end(), {"--method", "GET"});
  CHECK(ask(given).error == "candela chain mint: --method and --url belong together\n");
  const std::string fields = all.call("a", "b");
  CHECK(has(ask({"chain", "verify", "--aud", "urn:s:b", "--root", "urn:s:a", fields}).error, "--keys or --known"));
  CHECK(all.verify("b", all.here.path("missing")).status == usage_error);
  CHECK(has(ask({"chain", "verify", fields}).error, "--aud is needed"));
  CHECK(has(ask({"chain", "verify", "--aud", "urn:s:b", fields}).error, "--root is needed"));
}
