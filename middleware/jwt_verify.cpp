#include <candela/middleware/jwt_verify.hpp>

#include <algorithm>
#include <array>
#include <candela/core/log.hpp>
#include <candela/http/field_text.hpp>
#include <candela/server/extension.hpp>
#include <candela/server/principal.hpp>
#include <utility>

#include "middleware/detail/bearer_answers.hpp"
#include "middleware/detail/credential.hpp"
#include "middleware/detail/token_cache.hpp"
#include "middleware/detail/token_issuer.hpp"

namespace candela::middleware {

namespace {

using jose::failure;

constexpr std::array<const char*, 6> result_names = {"cached",  "checked",   "missing",
                                                     "refused", "forbidden", "unavailable"};
constexpr std::string_view query_name = "access_token";

std::string realm_of(config::reader& options) {
  std::string realm = options.string("realm", "api");
  if (!http::is_field_value(realm) || realm.find_first_of("\"\\") != std::string::npos)
    options.get("realm").unexpected("text without quotes and backslashes");
  return realm;
}

detail::token_cache cache_of(config::reader& options) {
  using namespace std::chrono_literals;
  config::reader cache = options.section("cache");
  const auto tokens = cache.integer<std::size_t>("tokens", 1024, {0, 1'000'000});
  return {tokens, cache.duration("ttl", 60s, {0s, 1h})};
}

// A token that only works together with something else must come with it (RFC 7800, section 3.1).
std::string_view wrong_binding(const exchange& x, const jose::confirmation& bound) noexcept {
  if (bound.certificate_thumbprint.empty() || !bound.key_thumbprint.empty() || !bound.key.is_null())
    return "the token is bound to a key that a bearer does not show";
  const net::peer_identity* peer = x.identity();
  if (peer == nullptr) return "the token is bound to a certificate, and the connection has none";
  if (peer->certificate_sha256 != bound.certificate_thumbprint) return "the token is bound to another certificate";
  return {};
}

bool has_all(const principal& who, const std::vector<std::string>& needed) noexcept {
  return std::ranges::all_of(needed, [&who](const std::string& each) { return who.has_scope(each); });
}

}  // namespace

struct jwt_verify::parts {
  explicit parts(stage_setup& setup)
      : worker(setup.worker()),
        lanes(setup.lanes()),
        chain(setup.chain()),
        place(setup.options(), "Bearer"),
        cache(cache_of(setup.options())),
        answers(realm_of(setup.options())),
        scopes(setup.options().strings("scopes")),
        optional(setup.options().boolean("optional", false)) {
    for (const config::node& each : setup.options().list("issuers")) {
      issuers.push_back(std::make_unique<detail::token_issuer>(each, setup));
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
  detail::bearer_answers answers;
  std::vector<std::string> scopes;
  bool optional;
  std::vector<std::unique_ptr<detail::token_issuer>> issuers;
  bool all_cheap = true;
  std::array<metrics::counter*, result_names.size()> counters{};
};

jwt_verify::jwt_verify(stage_setup& setup) : parts_(std::make_unique<parts>(setup)) {}
jwt_verify::jwt_verify(jwt_verify&&) noexcept = default;
jwt_verify::~jwt_verify() = default;

detail::known_token* jwt_verify::find_known(std::string_view token) {
  detail::known_token* found = parts_->cache.find(token, parts_->worker.time());
  if (found == nullptr) return nullptr;
  for (const auto& each : parts_->issuers) {
    if (each->checks().get() != found->checked_by) continue;
    const keys::key_snapshot_ptr& keys = each->keys().current();
    return keys != nullptr && keys->epoch == found->epoch ? found : nullptr;
  }
  return nullptr;
}

bool jwt_verify::may_suspend_for(const http::request_head& head) {
  if (parts_->all_cheap) return false;
  const detail::credential given = parts_->place.find(head.headers);
  return given.found == detail::credential_found::one && find_known(given.value) == nullptr;
}

step jwt_verify::on_request(exchange& x) {
  const detail::credential given = parts_->place.find(x.request().headers());
  // Where a token in the query is taken for one, it stands in logs, histories and links (RFC 6750, section 2.3).
  const bool in_query = !x.request().query().empty() && x.query(query_name);
  if (in_query || given.found == detail::credential_found::ambiguous) {
    count(result::refused);
    log::info("a request with more than one token, or one in its query", log::field("route", x.route().pattern),
              log::field("correlation_id", x.correlation_id()));
    return parts_->answers.ambiguous(x);
  }
  if (given.found == detail::credential_found::none) {
    count(result::missing);
    const bool open = parts_->scopes.empty() && x.route().options.scopes.empty();
    return parts_->optional && open ? step::next : parts_->answers.missing(x);
  }
  if (detail::known_token* known = find_known(given.value)) return accept(x, *known, result::cached);
  const std::expected<detail::token_issuer*, jose::error> issuer = issuer_of(x, given.value);
  if (!issuer) return refuse(x, issuer.error());
  if (!x.may_suspend()) return check_at_once(x, given.value, **issuer);
  x.spawn(check_in_time(x, given.value, **issuer, x.suspend()));
  return step::suspended;
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

step jwt_verify::check_at_once(exchange& x, std::string_view token, detail::token_issuer& issuer) {
  const keys::key_snapshot_ptr& keys = issuer.keys().current();
  if (keys == nullptr) return refuse_unavailable(x, "there are no keys");
  const auto made = detail::check_token(token, *issuer.checks(), *keys, parts_->worker.time().wall());
  if (!made) {
    if (made.error() == failure::key_unknown) issuer.keys().look_for_more();
    return refuse(x, made.error());
  }
  parts_->cache.keep(*made, parts_->worker.time());
  return accept(x, **made, result::checked);
}

task<void> jwt_verify::check_in_time(exchange& x, std::string_view token, detail::token_issuer& issuer,
                                     resume_token right) {
  const step outcome = co_await check(x, token, issuer);
  right.resume(outcome);
}

task<step> jwt_verify::check(exchange& x, std::string_view token, detail::token_issuer& issuer) {
  jose::error why{failure::key_unknown, "there are no keys"};
  // One look may have begun before the key was published.
  for (unsigned looks = 0; looks != 3; ++looks) {
    const keys::key_snapshot_ptr known = issuer.keys().current();
    if (known != nullptr) {
      const clock::wall_time now = parts_->worker.time().wall();
      std::expected<detail::known_token_ptr, jose::error> made = std::unexpected(why);
      if (issuer.is_cheap() || parts_->worker.claim_turn()) {
        made = detail::check_token(token, *issuer.checks(), *known, now);
      } else {
        auto work = [text = std::string(token), checks = issuer.checks(), known, now] {
          return detail::check_token(text, *checks, *known, now);
        };
        auto ran = co_await parts_->lanes.cpu.run(parts_->worker.loop(), std::move(work), x.cancellation());
        if (!ran) co_return refuse_unavailable(x, ran.error().text());
        made = std::move(*ran);
      }
      if (made) {
        parts_->cache.keep(*made, parts_->worker.time());
        co_return accept(x, **made, result::checked);
      }
      why = made.error();
      if (why.code != failure::key_unknown) break;
    }
    const keys::newer_keys newer = co_await issuer.keys().newer(x.cancellation());
    if (newer != keys::newer_keys::told) break;
  }
  if (issuer.keys().current() == nullptr) co_return refuse_unavailable(x, why.detail);
  co_return refuse(x, why);
}

step jwt_verify::accept(exchange& x, detail::known_token& token, result how) {
  if (token.bound) {
    if (const std::string_view wrong = wrong_binding(x, *token.bound); !wrong.empty())
      return refuse(x, {failure::claim_invalid, wrong});
  }
  const std::vector<std::string>& asked = x.route().options.scopes;
  if (!has_all(token.who, parts_->scopes) || !has_all(token.who, asked)) {
    count(result::forbidden);
    std::vector<std::string> needed = parts_->scopes;
    needed.insert(needed.end(), asked.begin(), asked.end());
    return parts_->answers.insufficient(x, needed);
  }
  count(how);
  x.arena().make<detail::known_token_ptr>(&token);
  x.put<principal>(token.who);
  return step::next;
}

step jwt_verify::refuse(exchange& x, const jose::error& why) {
  if (x.cancelled()) return step::done;
  count(result::refused);
  log::info("a token was refused", log::field("why", jose::name_of(why.code)), log::field("detail", why.detail),
            log::field("route", x.route().pattern), log::field("correlation_id", x.correlation_id()));
  return parts_->answers.invalid(x);
}

step jwt_verify::refuse_unavailable(exchange& x, std::string_view why) {
  if (x.cancelled()) return step::done;
  count(result::unavailable);
  log::warn("tokens cannot be checked", log::field("why", why), log::field("route", x.route().pattern),
            log::field("correlation_id", x.correlation_id()));
  return parts_->answers.unavailable(x);
}

void jwt_verify::count(result what) noexcept { parts_->counters[static_cast<std::size_t>(what)]->add(); }

CANDELA_STAGE("jwt_verify", jwt_verify);

}  // namespace candela::middleware
