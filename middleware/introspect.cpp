#include <candela/middleware/introspect.hpp>

#include <array>
#include <candela/core/metrics.hpp>
#include <candela/http/uri.hpp>
#include <candela/jose/base64.hpp>
#include <candela/jose/jwt.hpp>
#include <candela/keys/fetcher.hpp>
#include <candela/server/extension.hpp>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "middleware/detail/challenges.hpp"
#include "middleware/detail/credential.hpp"
#include "middleware/detail/token_cache.hpp"
#include "middleware/detail/token_issuer.hpp"
#include "middleware/detail/under_way.hpp"

namespace candela::middleware {

namespace {

using jose::failure;

constexpr std::array<const char*, 6> result_names = {"cached",  "checked",   "missing",
                                                     "refused", "forbidden", "unavailable"};
constexpr std::size_t max_token_bytes = 4096;
constexpr unsigned max_waiting = 64;
constexpr std::size_t kept_connections = 4;
constexpr detail::token_refusal too_many{{failure::out_of_resources, "too many questions are under way"}, true};

detail::token_cache cache_of(config::reader& options) {
  using namespace std::chrono_literals;
  config::reader cache = options.section("cache");
  const auto tokens = cache.integer<std::size_t>("tokens", 1024, {0, 1'000'000});
  return {tokens, cache.duration("ttl", 30s, {0s, 10min})};
}

jose::token_rules rules_of(config::reader& options) {
  jose::token_rules rules;
  rules.audiences = options.strings("audience");
  rules.any_audience = rules.audiences.empty();
  rules.require_expiry = false;
  return rules;
}

std::shared_ptr<const keys::fetcher> fetcher_of(config::reader& options) {
  using std::chrono::milliseconds;
  using namespace std::chrono_literals;
  const config::node place = options.get("url");
  auto from = keys::url::parse(options.string("url"));
  if (!from) place.fail(from.error());
  const bool plain = options.boolean("plain_http", false);
  if (!from->secure && !from->is_loopback() && !plain) place.fail("tokens go over https, or stay on this machine");
  keys::fetch_options fetch;
  fetch.timeout = std::chrono::duration_cast<milliseconds>(options.duration("timeout", 2s, {10ms, 1min}));
  fetch.authorities_file = options.path("authorities", "").string();
  fetch.max_bytes = std::size_t{64} * 1024;
  fetch.kept_connections = kept_connections;
  try {
    return std::make_shared<const keys::fetcher>(std::move(*from), std::move(fetch));
  } catch (const std::runtime_error& wrong) {
    options.get("authorities").fail(wrong.what());
  }
}

// RFC 6749, section 2.3.1: both are encoded as in a form before they become Basic credentials.
std::string authorization_of(config::reader& options) {
  const std::string id = options.string("client_id");
  const std::string secret = options.string("client_secret");
  return "Basic " + jose::encode_base64(http::percent_encode(id) + ":" + http::percent_encode(secret));
}

}  // namespace

struct introspect::parts {
  explicit parts(stage_setup& setup)
      : worker(setup.worker()),
        lane(setup.lanes().files),
        place(setup.options(), "Bearer"),
        issuer(fetcher_of(setup.options())),
        authorization(std::make_shared<const std::string>(authorization_of(setup.options()))),
        name(setup.options().string("issuer", "")),
        rules(rules_of(setup.options())),
        cache(cache_of(setup.options())),
        answers(detail::bearer_words, setup.options()),
        scopes(setup.options()),
        optional(setup.options().boolean("optional", false)) {
    for (std::size_t each = 0; each != counters.size(); ++each) {
      counters[each] = &setup.metrics().counter_cell(
          "introspect_requests_total", "Requests by what became of their token.",
          {{"chain", std::string(setup.chain())}, {"result", result_names[each]}}, setup.worker().index());
    }
  }

  net::worker& worker;
  net::lane& lane;
  detail::credential_place place;
  std::shared_ptr<const keys::fetcher> issuer;
  std::shared_ptr<const std::string> authorization;
  std::string name;
  jose::token_rules rules;
  detail::token_cache cache;
  detail::challenges answers;
  detail::scope_rules scopes;
  bool optional;
  unsigned waiting = 0;
  std::array<metrics::counter*, result_names.size()> counters{};
};

introspect::introspect(stage_setup& setup) : parts_(std::make_unique<parts>(setup)) {}
introspect::introspect(introspect&&) noexcept = default;
introspect::~introspect() = default;

bool introspect::may_suspend_for(const http::request_head& head) {
  const detail::credential given = parts_->place.find(head.headers);
  return given.found == detail::credential_found::one &&
         parts_->cache.find(given.value, parts_->worker.time()) == nullptr;
}

step introspect::on_request(exchange& x) {
  const detail::credential given = parts_->place.find(x.request().headers());
  const bool in_query = !x.request().query().empty() && x.query("access_token");
  if (in_query || given.found == detail::credential_found::ambiguous) {
    count(result::refused);
    detail::log_refusal(x, "a token was refused", {failure::malformed, "it comes twice, or in the query"});
    return parts_->answers.ambiguous(x);
  }
  if (given.found == detail::credential_found::none) {
    count(result::missing);
    return parts_->optional && parts_->scopes.none_for(x) ? step::next : parts_->answers.missing(x);
  }
  if (detail::known_token* known = parts_->cache.find(given.value, parts_->worker.time()))
    return accept(x, *known, result::cached);
  if (given.value.size() > max_token_bytes) return refuse(x, {{failure::too_large, "the token"}});
  if (!x.may_suspend() || parts_->waiting == max_waiting) return refuse(x, too_many);
  x.spawn(ask(x, given.value, x.suspend()));
  return step::suspended;
}

task<void> introspect::ask(exchange& x, std::string_view token, resume_token right) {
  auto question = [issuer = parts_->issuer, authorization = parts_->authorization,
                   form = "token_type_hint=access_token&token=" + http::percent_encode(token)] {
    return issuer->fetch(
        {.body = form, .content_type = "application/x-www-form-urlencoded", .authorization = *authorization});
  };
  std::optional<detail::under_way> waiting(std::in_place, parts_->waiting);
  const auto said = co_await parts_->lane.run(parts_->worker.loop(), std::move(question), x.cancellation());
  waiting.reset();
  step outcome = step::done;
  if (!said) {
    if (!x.cancelled()) outcome = go_without(x, said.error());
  } else {
    const answer made = read(token, said->body);
    if (made) parts_->cache.keep(*made, parts_->worker.time());
    outcome = made ? accept(x, **made, result::checked) : refuse(x, made.error());
  }
  right.resume(outcome);
}

// RFC 7662, section 2.2: only a token of which `active` says true is one; all else is as for claims of a signed token.
introspect::answer introspect::read(std::string_view token, std::string_view document) const {
  detail::known_token_ptr made = detail::known_token_ptr::make();
  arena& memory = made->memory;
  made->token = memory.copy(token);
  const auto said = jose::read_claims(memory.copy(document), memory);
  if (!said) return std::unexpected(detail::token_refusal{said.error(), true});
  const json::value* active = said->all.find("active");
  if (active == nullptr || !active->boolean())
    return std::unexpected(detail::token_refusal{{failure::claim_missing, "the issuer does not say active"}, true});
  if (!*active->boolean()) return std::unexpected(detail::token_refusal{{failure::expired, "it is not active"}});
  if (!parts_->name.empty() && !said->issuer.empty() && said->issuer != parts_->name)
    return std::unexpected(detail::token_refusal{{failure::issuer_mismatch, "iss"}});
  if (said->bound) return std::unexpected(detail::token_refusal{{failure::claim_invalid, "the token is bound"}});
  if (auto right = jose::check_claims(*said, parts_->rules, parts_->worker.time().wall()); !right)
    return std::unexpected(detail::token_refusal{right.error()});
  made->who = detail::principal_of(*said);
  if (made->who.issuer.empty()) made->who.issuer = parts_->name;
  made->who.by = authentication::opaque_token;
  detail::note_dates(*made, *said, parts_->rules);
  return made;
}

step introspect::accept(exchange& x, detail::known_token& token, result how) {
  if (!parts_->scopes.satisfied(x, token.who)) {
    count(result::forbidden);
    return parts_->answers.insufficient(x, parts_->scopes.needed(x));
  }
  count(how);
  x.arena().make<detail::known_token_ptr>(&token);
  x.put<principal>(token.who);
  return step::next;
}

step introspect::refuse(exchange& x, const detail::token_refusal& refused) {
  count(refused.unavailable ? result::unavailable : result::refused);
  detail::log_refusal(x, refused);
  return refused.unavailable ? parts_->answers.unavailable(x) : parts_->answers.invalid(x);
}

step introspect::go_without(exchange& x, const error& why) {
  if (why == errc::busy) return refuse(x, too_many);
  count(result::unavailable);
  detail::log_outage(x, "issuer_unavailable", why.text());
  return parts_->answers.unavailable(x);
}

void introspect::count(result what) noexcept { parts_->counters[static_cast<std::size_t>(what)]->add(); }

CANDELA_STAGE("introspect", introspect);

}  // namespace candela::middleware
