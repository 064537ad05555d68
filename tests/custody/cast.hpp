// The services of the tests, each with its key, and a receiver that accepts their chains.
#pragma once

#include <algorithm>
#include <candela/core/manual_clock.hpp>
#include <candela/custody/key_directory.hpp>
#include <candela/custody/verification.hpp>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/jose/samples.hpp"

namespace candela::testing {

inline constexpr std::int64_t moment = 1'700'000'000;  // where a manual clock begins
inline const std::string operation = "POST /v1/payments/{id}";
inline const std::string target = "https://pay.example/v1/payments/7";
inline const std::string body = R"({"amount":7})";

/// A text as JSON.
inline std::string in_quotes(std::string_view text) { return json::to_string(text); }

struct cast_member {
  std::string identity;
  jose::key key;  // private
};

/// `spiffe://example.org/s0` and so on, seventeen of them.
inline const std::vector<cast_member>& cast() {
  static const std::vector<cast_member> all = [] {
    std::vector<cast_member> made;
    for (int i = 0; i != 17; ++i) {
      const jose::key plain = jose::key::generate(jose::curve::p256).value();
      made.push_back({"spiffe://example.org/s" + std::to_string(i), plain.with({.id = plain.thumbprint()}).value()});
    }
    return made;
  }();
  return all;
}

inline custody::service_key public_half(const jose::key& of) {
  return {of.public_key().value(), custody::chain_algorithm_of(of, jose::key_operation::sign).value()};
}

inline std::vector<custody::service_keys> cast_keys() {
  std::vector<custody::service_keys> services;
  for (const cast_member& each : cast()) {
    custody::service_keys one{.issuer = each.identity, .keys = {}};
    one.keys.push_back(public_half(each.key));
    services.push_back(std::move(one));
  }
  return services;
}

/// What was used is a set in memory.
class set_log final : public custody::replay_log {
 public:
  custody::replay_answer spend(const custody::spent_id& what) override {
    if (!available) return custody::replay_answer::unavailable;
    latest = std::max(latest, what.until);
    const bool first = used.emplace(what.issuer, what.id).second;
    return first ? custody::replay_answer::first : custody::replay_answer::used;
  }
  std::set<std::pair<std::string, std::string>> used;
  custody::seconds_since_epoch latest = 0;  // until which something has to be remembered
  bool available = true;
};

class listed final : public custody::revocations {
 public:
  [[nodiscard]] custody::revocation_answer ask(custody::revocable kind, std::string_view value) const override {
    if (entries.contains({kind, std::string(value)})) return custody::revocation_answer::revoked;
    return old ? custody::revocation_answer::unknown : custody::revocation_answer::good;
  }
  bool old = false;
  std::set<std::pair<custody::revocable, std::string>> entries;
};

/// A receiver with all that it verifies with.
struct receiver {
  custody::chain_rules rules;
  custody::static_keys keys;
  custody::verified_links kept{0};
  set_log used;
  listed revoked;
  std::unique_ptr<manual_clock> own_time = std::make_unique<manual_clock>();
  manual_clock& time = *own_time;

  receiver() : keys(custody::key_snapshot::of(cast_keys()).value()) {}
  explicit receiver(std::size_t place) : receiver() {
    rules.identities = {cast()[place].identity};
    rules.roots = {{.issuer = cast()[0].identity}};
    rules.max_links = 16;
  }
  std::expected<const custody::call_stack*, custody::error> verify(const custody::presented_chain& presented,
                                                                   const custody::request_facts& request,
                                                                   const custody::content_digest& content,
                                                                   arena& memory) {
    return custody::verify({rules, keys, kept}, presented, request, content, used, &revoked, time, memory);
  }
};

}  // namespace candela::testing
