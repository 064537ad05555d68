// candela jwt.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "key_files.hpp"

using namespace candela::command;

namespace {

using words = std::vector<std::string>;

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// An issuer's key, and what it signs.
class issuer {
 public:
  issuer() { here.make("own", {}); }

  [[nodiscard]] std::string mint(const words& options) const {
    words call{"jwt", "mint", "--key", here.path("own.jwk")};
    call.insert(call.end(), options.begin(), options.end());
    const answer made = ask(call);
    REQUIRE_MESSAGE(made.status == success, made.error);
    return here.file("token", made.out);
  }
  [[nodiscard]] answer verify(const std::string& token, const words& options = {}) const {
    words call{"jwt", "verify", "--key", here.path("own.pub.jwk"), token};
    call.insert(call.end(), options.begin(), options.end());
    return ask(call);
  }
  /// The code that a token is refused with.
  [[nodiscard]] std::string refusal(const std::string& token, const words& options = {}) const {
    const answer given = verify(token, options);
    CHECK(given.status == failure);
    CHECK(given.out == "");
    return given.refusal();
  }

  key_folder here;
};

}  // namespace

TEST_CASE("a minted token says what was asked for, and is verified") {
  const issuer by;
  const std::string token =
      by.mint({"--iss",   "https://issuer", "--sub",   "ada",         "--aud", "shop",        "--aud",
               "till",    "--scope",        "read",    "--scope",     "pay",   "--client-id", "web",
               "--claim", "level=3",        "--claim", "name=a text", "--typ", "at+jwt"});
  const answer given = by.verify(token, {"--iss", "https://issuer", "--aud", "till", "--typ", "at+jwt", "--sub", "ada",
                                         "--require", "level", "--max-age", "1m"});
  CHECK(given.error == "");
  for (const char* line : {R"("iss": "https://issuer")", R"("scope": "read pay")", R"("client_id": "web")",
                           R"("level": 3)", R"("name": "a text")", R"("jti": ")"})
    CHECK_MESSAGE(has(given.out, line), given.out);
}

TEST_CASE("claims come from a file, and options count before it") {
  const issuer by;
  const std::string claims = by.here.file("claims", R"({"iss":"file","sub":"ada","exp":99999999999,"x":[1]})");
  const std::string shown = by.verify(by.mint({"--claims", claims, "--iss", "option", "--claim", "x={}"})).out;
  CHECK(has(shown, R"("iss": "option")"));
  CHECK(has(shown, R"("sub": "ada")"));
  CHECK(has(shown, R"("exp": 99999999999)"));
  CHECK(has(shown, R"("x": {})"));
}

TEST_CASE("what is wrong with a token is told with what it says instead") {
  const issuer by;
  const std::string token = by.mint({"--iss", "mint", "--aud", "shop", "--sub", "ada"});
  CHECK(by.refusal(token) == "audience_mismatch");
  CHECK(has(by.verify(token).error, "\n  aud: the token says \"shop\"\n"));
  const words any{"--any-audience"};
  CHECK(by.refusal(token, {"--any-audience", "--iss", "other"}) == "issuer_mismatch");
  CHECK(by.refusal(token, {"--any-audience", "--sub", "eve"}) == "subject_mismatch");
  CHECK(by.refusal(token, {"--any-audience", "--typ", "at+jwt"}) == "type_mismatch");
  CHECK(by.refusal(token, {"--any-audience", "--require", "act"}) == "claim_missing");
  CHECK(has(by.verify(token, {"--any-audience", "--require", "sub", "--require", "act"}).error,
            "\n  act: the token does not say it\n"));
  CHECK(by.refusal(token, {"--any-audience", "--alg", "RS256"}) == "algorithm_refused");
  CHECK(by.verify(token, any).status == success);

  const std::string old = by.mint({"--claim", "exp=1000000000"});
  CHECK(by.refusal(old) == "expired");
  CHECK(has(by.verify(old).error, "  exp: the token says 1000000000 (2001-09-09T01:46:40Z, "));
  CHECK(by.refusal(by.mint({"--not-before", "1h", "--expires-in", "2h"})) == "not_yet_valid");
  CHECK(by.refusal(by.mint({"--claim", "iat=9999999999"})) == "issued_in_future");
  CHECK(by.refusal(by.mint({"--claim", "iat=1000000000"}), {"--max-age", "1h"}) == "too_old");
  const std::string endless = by.mint({"--no-expiry"});
  CHECK(by.refusal(endless) == "claim_missing");
  CHECK(by.verify(endless, {"--no-expiry"}).status == success);
}

TEST_CASE("a token by another key or with changed claims is refused before its claims are looked at") {
  const issuer by;
  const issuer other;
  const std::string token = by.mint({"--claim", "exp=1000000000"});
  CHECK(other.refusal(token) == "key_unknown");
  const std::string right = by.here.content("token");
  const std::string changed = changed_at(right, right.find('.') + 5);
  CHECK(by.refusal(by.here.file("changed", changed)) == "signature_invalid");
}

TEST_CASE("an inspected token is shown with a warning, whatever it is") {
  const issuer by;
  const std::string warning = "UNVERIFIED: ";
  const std::string token = by.mint({"--iss", "anybody", "--expires-in", "1h"});
  const std::string shown = ask({"jwt", "inspect", token}).out;
  CHECK(shown.starts_with(warning));
  CHECK(has(shown, R"("alg": "ES256")"));
  CHECK(has(shown, R"("iss": "anybody")"));
  CHECK(has(shown, "\nexp: 20"));
  const auto inspected = [&](const std::string& text) { return ask({"jwt", "inspect", by.here.file("t", text)}); };
  CHECK(has(inspected("eyJhbGciOiJub25lIn0.e30.").out, "It has no signature at all.\n"));
  CHECK(has(inspected("!.e30.x").out, "header: not in base64url\n"));
  CHECK(has(inspected("e30.AAAA.x").out, "claims: not JSON: "));
  CHECK(inspected("one").refusal() == "malformed");
  CHECK(inspected("").status == failure);
}

TEST_CASE("a token inside of a token is inspected and verified to the innermost") {
  const issuer by;
  const std::string inner = by.mint({"--iss", "inner"});
  std::string text = by.here.content("token");
  text.pop_back();
  const std::string outer = by.here.file(
      "outer", ask({"jose", "sign", "--cty", "JWT", "--key", by.here.path("own.jwk"), by.here.file("in", text)}).out);
  CHECK(has(ask({"jwt", "inspect", outer}).out, "A token stands inside of it:\n"));
  CHECK(by.refusal(outer) == "order_invalid");
  CHECK(has(by.verify(outer, {"--nesting", "1"}).out, R"("iss": "inner")"));
}

TEST_CASE("what cannot be minted is told") {
  const issuer by;
  const std::string key = by.here.path("own.jwk");
  CHECK(ask({"jwt", "mint"}).status == usage_error);
  CHECK(ask({"jwt", "mint", "--key", key, "--claim", "novalue"}).status == usage_error);
  CHECK(ask({"jwt", "mint", "--key", key, "--expires-in", "soon"}).error ==
        "candela jwt mint: \"soon\" is no duration: 30s, 5m, 1h, 2d\n");
  CHECK(ask({"jwt", "mint", "--key", key, "--claims", by.here.file("claims", "[]")}).status == usage_error);
  CHECK(ask({"jwt", "mint", "--key", key, "--claims", by.here.file("claims", "{")}).status == usage_error);
  CHECK(ask({"jwt", "mint", "--key", key, "--claim", "exp=never"}).refusal() == "claim_invalid");
  CHECK(ask({"jwt", "mint", "--key", by.here.path("own.pub.jwk")}).refusal() == "key_unfit");
  CHECK(ask({"jwt", "mint", "--key", key, "--alg", "RS256"}).refusal() == "key_unfit");
}
