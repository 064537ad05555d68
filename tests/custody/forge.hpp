// Chains made by hand: every part can be changed before it is signed, after that, or when all stands.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/custody/cast.hpp"

namespace candela::testing {

/// A token before it is signed. Parts are JSON text.
struct draft {
  std::string header;
  std::string payload;
  jose::key signer;
  jose::signature_algorithm algorithm = jose::signature_algorithm::es256;

  void head(std::string_view name, std::string_view value) { header = changed(header, name, value); }
  void say(std::string_view name, std::string_view value) { payload = changed(payload, name, value); }
  [[nodiscard]] std::string sealed() const { return token_of(header, payload, signer, algorithm); }
};

inline std::string digest_of(std::string_view text) { return jose::encode_base64url(jose::sha256(text)); }

/// A moment as it stands in claims.
inline std::string at(std::int64_t seconds) { return std::to_string(moment + seconds); }

/// One valid request over a valid chain of that many links, and one hook for each thing that can be wrong.
struct scenario {
  std::size_t links = 4;
  custody::history form = custody::history::by_hash;
  std::function<void(std::size_t, draft&)> on_link = [](std::size_t, draft&) {};
  std::function<void(std::size_t, std::string&)> on_sealed = [](std::size_t, std::string&) {};
  std::function<void(std::vector<std::string>&)> on_chain = [](std::vector<std::string>&) {};
  std::function<void(draft&)> on_proof = [](draft&) {};
  std::function<void(std::vector<std::string>& chain, std::vector<std::string>& proof)> on_fields =
      [](std::vector<std::string>&, std::vector<std::string>&) {};
  receiver at;
  custody::request_facts request;
  std::vector<custody::named_value> headers{{"Content-Type", "application/json"}, {"X-Trace", "42"}};
  custody::content_digest content = jose::sha256(body);

  explicit scenario(std::size_t count = 4, custody::history chosen = custody::history::by_hash)
      : links(count), form(chosen), at(count) {
    request.method = "POST";
    request.target = target;
    request.query = "a=1";
    request.operation = operation;
  }

  [[nodiscard]] draft link_draft(std::size_t place, const std::string& before) const {
    const cast_member& from = cast()[place];
    draft made{.header = {}, .payload = "{}", .signer = from.key};
    made.header = R"({"alg":"ES256","kid":")" + std::string(from.key.id()) + R"(","typ":"chain-link+jwt"})";
    made.say("v", "1");
    made.say("iss", in_quotes(from.identity));
    made.say("aud", in_quotes(cast()[place + 1].identity));
    made.say("iat", testing::at(-10));
    made.say("exp", testing::at(50));
    made.say("jti", in_quotes(digest_of(std::to_string(place)).substr(0, 21) + "A"));
    made.say("txn", R"("transaction-1")");
    made.say("dep", std::to_string(place));
    made.say("op", in_quotes(place + 1 == links ? operation : "rpc:step"));
    made.say("client_id", R"("shop")");
    made.say("clm", R"({"tenant":"acme"})");
    if (place == 0) {
      made.say("sub", R"("user-1")");
      made.say("sub_iss", R"("https://id.example")");
      made.say("scope", R"("pay read")");
      made.say("tctx", R"({"amount":7})");
    } else if (form == custody::history::by_hash) {
      made.say("prh", in_quotes(digest_of(before)));
    } else {
      made.say("prv", in_quotes(before));
      made.head("cty", R"("chain-link+jwt")");
    }
    return made;
  }

  [[nodiscard]] std::vector<std::string> chain() const {
    std::vector<std::string> sealed;
    for (std::size_t place = 0; place != links; ++place) {
      draft made = link_draft(place, sealed.empty() ? std::string() : sealed.back());
      on_link(place, made);
      sealed.push_back(made.sealed());
      on_sealed(place, sealed.back());
    }
    if (form == custody::history::by_value) sealed.erase(sealed.begin(), sealed.end() - 1);
    return sealed;
  }

  [[nodiscard]] std::string proof(const std::string& field) const {
    const cast_member& from = cast()[links - 1];
    draft made{.header = {}, .payload = "{}", .signer = from.key};
    made.header = R"({"alg":"ES256","kid":")" + std::string(from.key.id()) + R"(","typ":"chain-call+jwt"})";
    made.say("v", "1");
    made.say("iss", in_quotes(from.identity));
    made.say("aud", in_quotes(cast()[links].identity));
    made.say("iat", testing::at(0));
    made.say("exp", testing::at(15));
    made.say("jti", R"("AAAAAAAAAAAAAAAAAAAAAA")");
    made.say("cth", in_quotes(digest_of(field)));
    made.say("htm", R"("POST")");
    made.say("htu", in_quotes(target));
    made.say("hqh", in_quotes(digest_of("a=1")));
    made.say("cdg", in_quotes(digest_of(body)));
    made.say("chd",
             R"({"content-type":")" + digest_of("application/json") + R"(","x-trace":")" + digest_of("42") + "\"}");
    on_proof(made);
    return made.sealed();
  }

  static std::string joined(const std::vector<std::string>& links) {
    std::string field;
    for (const std::string& each : links) field += (field.empty() ? "" : "~") + each;
    return field;
  }

  /// The receiver's verdict.
  std::expected<const custody::call_stack*, custody::error> verdict(arena& memory) {
    std::vector<std::string> sealed = chain();
    on_chain(sealed);
    std::vector<std::string> chains{joined(sealed)};
    std::vector<std::string> proofs{proof(chains.front())};
    on_fields(chains, proofs);
    return judge(chains, proofs, memory);
  }
  std::expected<const custody::call_stack*, custody::error> judge(const std::vector<std::string>& chains,
                                                                  const std::vector<std::string>& proofs,
                                                                  arena& memory) {
    const auto kept = [&memory](const std::vector<std::string>& from) {
      const std::span<std::string_view> views = memory.make_array<std::string_view>(from.size());
      for (std::size_t i = 0; i != from.size(); ++i) views[i] = memory.copy(from[i]);
      return views;
    };
    request.headers = headers;
    return at.verify({kept(chains), kept(proofs)}, request, content, memory);
  }
  /// Its code; nothing when it is accepted.
  std::optional<custody::refusal> code() {
    arena memory;
    const auto answer = verdict(memory);
    return answer ? std::nullopt : std::optional(answer.error().code);
  }
};

}  // namespace candela::testing
