#include <candela/custody/evidence.hpp>

#include "tests/custody/attack.hpp"

using namespace candela;
using namespace candela::testing;
using custody::refusal;

namespace {

constexpr std::string_view identity_provider = "https://id.example";

const jose::key& provider_key() {
  static const jose::key made = jose::key::generate(jose::curve::p256, {.id = "idp-1"}).value();
  return made;
}

std::string token(std::string_view type, std::string_view claims) {
  const std::string header = R"({"alg":"ES256","kid":"idp-1","typ":")" + std::string(type) + "\"}";
  return token_of(header, claims, provider_key(), jose::signature_algorithm::es256);
}

std::string common() {
  return R"({"iss":"https://id.example","sub":"user-1","iat":)" + at(-20) + R"(,"exp":)" + at(5) + "}";
}

std::string id_token() { return token("JWT", changed(common(), "aud", R"("shop")")); }
std::string access_token() {
  std::string claims = changed(common(), "aud", R"("https://pay.example")");
  claims = changed(claims, "client_id", R"("shop")");
  return token("at+jwt", changed(claims, "cnf", R"({"jkt":"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"})"));
}

std::function<void(scenario&)> with_evidence(const std::string& evidence) {
  return [=](scenario& one) {
    one.on_link = [=](std::size_t place, draft& link) {
      if (place == 0 && !evidence.empty()) link.say("evd", in_quotes(evidence));
    };
  };
}

scenario checking() {
  scenario one;
  one.at.rules.evidence = {{.issuer = std::string(identity_provider),
                            .keys = std::make_shared<const jose::key_set>(verifiers(provider_key())),
                            .algorithms = {jose::signature_algorithm::es256}}};
  one.at.rules.evidence_required = true;
  with_evidence(id_token())(one);
  return one;
}

}  // namespace

TEST_CASE("an ID token, a bound access token or a transaction token is evidence") {
  for (const std::string& each : {id_token(), access_token(), token("txntoken+jwt", common())}) {
    scenario one = checking();
    with_evidence(each)(one);
    arena memory;
    const auto stack = one.verdict(memory);
    REQUIRE(stack.has_value());
    CHECK((*stack)->has_evidence);
  }
}

TEST_CASE("evidence that was valid when the transaction began stays so for as long as the chain lives") {
  scenario one = checking();
  one.at.time.advance(std::chrono::seconds(14));
  CHECK_FALSE(one.code());
}

TEST_CASE("evidence for somebody or something else is refused, as is a bearer token") {
  const auto invalid = refusal::chain_evidence_invalid;
  const std::string for_client = changed(common(), "aud", R"("shop")");
  const std::string access = changed(changed(common(), "aud", R"("https://pay.example")"), "client_id", R"("shop")");
  const auto said = [](std::string_view type, std::string_view claims) { return with_evidence(token(type, claims)); };
  std::string forged = id_token();
  forged[forged.rfind('.') + 5] = forged[forged.rfind('.') + 5] == 'A' ? 'B' : 'A';
  refuse_all({
      {"none", invalid, with_evidence({}), checking},
      {"no token", invalid, with_evidence("evidence"), checking},
      {"another signature", invalid, with_evidence(forged), checking},
      {"another user", invalid, said("JWT", changed(for_client, "sub", R"("user-2")")), checking},
      {"no user", invalid, said("JWT", changed(for_client, "sub", "")), checking},
      {"another issuer", invalid, said("JWT", changed(for_client, "iss", R"("https://evil.example")")), checking},
      {"another issuer of the subject", invalid,
       [](scenario& one) {
         one.on_link = [](std::size_t place, draft& link) {
           if (place != 0) return;
           link.say("evd", in_quotes(id_token()));
           link.say("sub_iss", R"("https://other.example")");
         };
       },
       checking},
      {"another client", invalid, said("JWT", changed(for_client, "aud", R"("bank")")), checking},
      {"another authorized party", invalid, said("JWT", changed(for_client, "azp", R"("bank")")), checking},
      {"over before the transaction", invalid, said("JWT", changed(for_client, "exp", at(-15))), checking},
      {"without an end", invalid, said("JWT", changed(for_client, "exp", "")), checking},
      {"a bearer token", invalid, said("at+jwt", access), checking},
      {"a bearer token that says it is any token", invalid, said("JWT", access), checking},
      {"a binding to nothing", invalid, said("at+jwt", changed(access, "cnf", "{}")), checking},
      {"an access token of another client", invalid,
       said("at+jwt", changed(changed(access, "cnf", R"({"jkt":"x"})"), "client_id", R"("bank")")), checking},
      {"a transaction token of another client", invalid,
       said("txntoken+jwt", changed(common(), "client_id", R"("bank")")), checking},
      {"a token of another kind", invalid, said("logout+jwt", for_client), checking},
      {"a link", invalid, with_evidence(scenario(1).chain().front()), checking},
      {"an issuer that is not configured", invalid, [](scenario& one) { one.at.rules.evidence.clear(); }, checking},
      {"an algorithm that is not accepted of it", invalid,
       [](scenario& one) { one.at.rules.evidence.front().algorithms = {jose::signature_algorithm::rs256}; }, checking},
      {"evidence of a later link", refusal::chain_malformed, link_says(1, "evd", in_quotes(id_token()))},
  });
}

TEST_CASE("evidence that nobody looked at is none") {
  arena memory;
  const auto root = custody::read_link(scenario(1).link_draft(0, "").payload, memory).value();
  const custody::evidence_check check(root, {}, std::chrono::seconds(5));
  CHECK_FALSE(check.wrong().empty());
}
