#include <candela/middleware/jwt_verify.hpp>

#include <algorithm>
#include <array>
#include <candela/server/extension.hpp>
#include <candela/server/principal.hpp>
#include <utility>

#include "middleware/detail/challenges.hpp"
#include "middleware/detail/credential.hpp"
#include "middleware/detail/token_cache.hpp"
#include "middleware/detail/token_issuer.hpp"

namespace candela::middleware {

namespace {

using jose::failure;

constexpr std::array<const char*, 6> result_names = {"cached",  "checked",   "missing",
                                                     "refused", "forbidden", "unavailable"};
constexpr std::string_view query_name = "access_token";

detail::token_cache cache_of(config::reader& options) {
  using namespace std::chrono_literals;
  config::reader cache = options.section("cache");
  const auto tokens = cache.integer<std::size_t>("tokens", 1024, {0, 1'000'000});
  return {tokens, cache.duration("ttl", 60s, {0s, 1h})};
}

// A token that only works together with something else must come with all of it (RFC 7800, section 3.1). What is not
// understood counts as well: it may be what the issuer relies on.
std::string_view wrong_binding(const exchange& x, const jose::confirmation& bound) noexcept {
  if (!bound.is_certificate_alone()) return "the token is bound to more than a certificate, or to something else";
  const net::peer_identity* peer = x.identity();
  if (peer == nullptr) return "the token is bound to a certificate, and the connection has none";
  if (peer->certificate_sha256 != bound.certificate_thumbprint) return "the token is bound to another certificate";
  return {};
}

}  // namespace

// What was found out about a request.
struct jwt_verify::seen {
  const http::headers* fields = nullptr;
  detail::credential given;
  detail::known_token* known = nullptr;
};

struct jwt_verify::parts {
  explicit parts(stage_setup& setup)
      : worker(setup.worker()),
        lanes(setup.lanes()),
        chain(setup.chain()),
        place(setup.options(), "Bearer"),
        cache(cache_of(setup.options())),
        answers(detail::bearer_words, setup.options()),
        scopes(setup.options()),
        optional(setup.options().boolean("optional", false)) {
    for (const config::node& each : setup.options().list("issuers")) {
      config::reader options(each);
      issuers.push_back(std::make_unique<detail::token_issuer>(options, setup, detail::token_use::bearer));
      options.finish();
      all_cheap = all_cheap && issuers.back()->is_cheap();
    }
    if (issuers.empty()) setup.options().get("issuers").fail("at least one issuer is needed");
    const auto name = [](const auto& each) -> const std::string& { return each->name(); };
    for (const auto& each : issuers) {
      if (std::ranges::count(issuers, each->name(), name) > 1)
        setup.options().get("issuers").fail("the issuer '" + each->name() + "' is there twice");
    }
    for (std::size_t each = 0; each != counters.size(); ++each) {
      counters[each] =
          &setup.metrics().counter_cell("jwt_verify_requests_total", "Requests by what became of their token.",
                                        {{"chain", chain}, {"result", result_names[each]}}, setup.worker().index());
    }
  }

  net::worker& worker;
  net::lanes& lanes;
  std::string chain;
  detail::credential_place place;
  detail::token_cache cache;
  detail::challenges answers;
  detail::scope_rules scopes;
  bool optional;
  std::vector<std::unique_ptr<detail::token_issuer>> issuers;
  bool all_cheap = true;
  seen just_seen;
  std::array<metrics::counter*, result_names.size()> counters{};
};

jwt_verify::jwt_verify(stage_setup& setup) : parts_(std::make_unique<parts>(setup)) {}
jwt_verify::jwt_verify(jwt_verify&&) noexcept = default;
jwt_verify::~jwt_verify() = default;

bool jwt_verify::still_stands(const detail::known_token& token) const noexcept {
  return std::ranges::any_of(parts_->issuers, [&token](const auto& each) { return each->still_stands_by(token); });
}

detail::known_token* jwt_verify::find_known(std::string_view token) {
  detail::known_token* found = parts_->cache.find(token, parts_->worker.time());
  return found != nullptr && still_stands(*found) ? found : nullptr;
}

bool jwt_verify::may_suspend_for(const http::request_head& head) {
  seen& just = parts_->just_seen;
  just.fields = &head.headers;
  // A head that was seen before, to the byte: what it brings was found and compared then.
  just.known = parts_->cache.find_again(head.number, parts_->worker.time());
  if (just.known != nullptr && still_stands(*just.known)) {
    just.given = {detail::credential_found::one, {}};
    return false;
  }
  just.given = parts_->place.find(head.headers);
  just.known = just.given.found == detail::credential_found::one ? find_known(just.given.value) : nullptr;
  if (just.known != nullptr) parts_->cache.note(head.number, *just.known);
  return just.given.found == detail::credential_found::one && just.known == nullptr && !parts_->all_cheap;
}

// A request that need not wait was asked about an instant ago, in the same breath: nothing of it is looked for twice.
// Any other one, and one whose fields a stage has changed since, is looked at anew.
jwt_verify::seen jwt_verify::look_at(const exchange& x) {
  seen just = std::exchange(parts_->just_seen, {});
  if (!x.may_suspend() && just.fields == &x.request().headers()) return just;
  just = {&x.request().headers(), parts_->place.find(x.request().headers()), nullptr};
  if (just.given.found == detail::credential_found::one) just.known = find_known(just.given.value);
  return just;
}

step jwt_verify::on_request(exchange& x) {
  const auto [fields, given, known] = look_at(x);
  // Where a token in the query is taken for one, it stands in logs, histories and links (RFC 6750, section 2.3).
  const bool in_query = !x.request().query().empty() && x.query(query_name);
  if (in_query || given.found == detail::credential_found::ambiguous) {
    count(result::refused);
    detail::log_refusal(x, "a token was refused", {failure::malformed, "it comes twice, or in the query"});
    return parts_->answers.ambiguous(x);
  }
  if (given.found == detail::credential_found::none) {
    count(result::missing);
    return parts_->optional && parts_->scopes.none_for(x) ? step::next : parts_->answers.missing(x);
  }
  if (known != nullptr) return accept(x, *known, result::cached);
  const std::expected<detail::token_issuer*, jose::error> issuer = issuer_of(x, given.value);
  if (!issuer) return refuse(x, {issuer.error()});
  if (!x.may_suspend()) return conclude(x, (*issuer)->check_at_once(given.value));
  x.spawn(check(x, given.value, **issuer, x.suspend()));
  return step::suspended;
}

task<void> jwt_verify::check(exchange& x, std::string_view token, detail::token_issuer& issuer, resume_token right) {
  const checked made = co_await issuer.check(x, token);
  // Nobody waits for an answer any more: there is none to be written.
  const step outcome = x.cancelled() ? step::done : conclude(x, made);
  right.resume(outcome);
}

step jwt_verify::conclude(exchange& x, const checked& made) {
  if (!made) return refuse(x, made.error());
  parts_->cache.keep(*made, parts_->worker.time());
  return accept(x, **made, result::checked);
}

// The token's own word only chooses among the rules; each set of them asks for its issuer again.
std::expected<detail::token_issuer*, jose::error> jwt_verify::issuer_of(exchange& x, std::string_view token) const {
  const auto& issuers = parts_->issuers;
  if (issuers.size() == 1) return issuers.front().get();
  const std::expected<std::string_view, jose::error> name = jose::claimed_issuer(token, x.arena());
  if (!name) return std::unexpected(name.error());
  const auto found = std::ranges::find_if(issuers, [&name](const auto& each) { return each->name() == *name; });
  if (found != issuers.end()) return found->get();
  return std::unexpected(jose::error{failure::issuer_mismatch, "nobody whose tokens are taken"});
}

step jwt_verify::accept(exchange& x, detail::known_token& token, result how) {
  if (token.bound) {
    if (const std::string_view wrong = wrong_binding(x, *token.bound); !wrong.empty())
      return refuse(x, {{failure::claim_invalid, wrong}});
  }
  if (!parts_->scopes.satisfied(x, token.who)) {
    count(result::forbidden);
    return parts_->answers.insufficient(x, parts_->scopes.needed(x));
  }
  count(how);
  x.arena().make<detail::known_token_ptr>(&token);
  x.put<principal>(token.who);
  return step::next;
}

step jwt_verify::refuse(exchange& x, const detail::token_refusal& refused) {
  count(refused.unavailable ? result::unavailable : result::refused);
  detail::log_refusal(x, refused);
  return refused.unavailable ? parts_->answers.unavailable(x) : parts_->answers.invalid(x);
}

void jwt_verify::count(result what) noexcept { parts_->counters[static_cast<std::size_t>(what)]->add(); }

CANDELA_STAGE("jwt_verify", jwt_verify);

}  // namespace candela::middleware
