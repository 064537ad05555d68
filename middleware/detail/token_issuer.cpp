#include "middleware/detail/token_issuer.hpp"

#include "middleware/detail/challenges.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <exception>
#include <utility>

namespace candela::middleware::detail {

namespace {

using namespace std::chrono_literals;
using jose::signature_algorithm;

constexpr jose::signature_algorithms shared_secret{signature_algorithm::hs256, signature_algorithm::hs384,
                                                   signature_algorithm::hs512};

// What proves something else than that its bearer may ask (RFC 8725, section 3.11).
constexpr std::array<std::string_view, 9> never_bearer = {"chain-link+jwt",
                                                          "chain-call+jwt",
                                                          "dpop+jwt",
                                                          "wpt+jwt",
                                                          "wit+jwt",
                                                          "logout+jwt",
                                                          "secevent+jwt",
                                                          "token-introspection+jwt",
                                                          "client-authentication+jwt"};

constexpr token_refusal no_keys{{jose::failure::key_unknown, "there are no keys"}, true};
constexpr token_refusal nobody_free{{jose::failure::out_of_resources, "too many checks wait"}, true};

bool is_usual(std::string_view type) noexcept {
  return type.empty() || jose::same_media_type(type, "JWT") || jose::same_media_type(type, "at+jwt");
}

std::chrono::milliseconds milliseconds_of(std::chrono::nanoseconds given) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(given);
}

std::chrono::seconds seconds_of(std::chrono::nanoseconds given) {
  return std::chrono::duration_cast<std::chrono::seconds>(given);
}

std::optional<std::chrono::milliseconds> optional_duration(config::reader& options, std::string_view key) {
  if (!options.has(key)) return {};
  return milliseconds_of(options.duration(key, {1ms, std::chrono::hours(24 * 365)}));
}

void read_type(config::reader& options, token_use use, token_checks& to) {
  to.rules.signature.type = use == token_use::bearer ? "at+jwt" : "JWT";
  const config::node type = options.get("type");
  if (type.is_null()) return;
  const std::string wanted = type.as_string();
  const auto same = [&wanted](std::string_view each) { return jose::same_media_type(wanted, each); };
  if (std::ranges::any_of(never_bearer, same)) type.fail("tokens of this type are for something else");
  if (use == token_use::once) {
    if (wanted.empty()) type.unexpected("a media type, as JWT");
    to.rules.signature.type = wanted;
  } else if (wanted == "any") {
    to.usual_types = true;
    to.rules.signature.type = {};
  } else if (same("at+jwt")) {
    to.rules.signature.type = "at+jwt";
  } else if (same("JWT")) {
    to.rules.signature.type = "JWT";
  } else {
    type.unexpected("at+jwt, JWT or any");
  }
}

std::optional<std::chrono::seconds> optional_seconds(config::reader& options, std::string_view key) {
  if (!options.has(key)) return {};
  return seconds_of(options.duration(key, {1s, 24h * 366}));
}

// What a token has to say beside its issuer, audience and expiry.
std::vector<std::string> usual_claims(const token_checks& checks, token_use use) {
  if (use == token_use::once) return {"jti", "iat", "htm", "htu"};
  // RFC 9068, section 2.2.
  if (checks.rules.signature.type == "at+jwt") return {"sub", "client_id", "iat", "jti"};
  return {};
}

token_checks read_checks(config::reader& options, const std::string& issuer, token_use use) {
  token_checks made;
  jose::token_rules& rules = made.rules;
  rules.signature.algorithms = read_algorithms(options, {"ES256", "RS256"});
  rules.issuers = {issuer};
  rules.audiences = options.strings("audience");
  if (rules.audiences.empty() || std::ranges::count(rules.audiences, "") != 0)
    options.get("audience").fail("the names by which tokens mean this service are needed");
  rules.single_audience = use == token_use::once;
  read_type(options, use, made);
  rules.required =
      options.strings("claims", use == token_use::once ? std::vector<std::string>() : usual_claims(made, use));
  if (use == token_use::once) {
    const std::vector<std::string> always = usual_claims(made, use);
    rules.required.insert(rules.required.end(), always.begin(), always.end());
    rules.max_lifetime = seconds_of(options.duration("max_lifetime", 60s, {1s, 10min}));
    rules.leeway = seconds_of(options.duration("leeway", 5s, {0s, 30s}));
    return made;
  }
  rules.leeway = seconds_of(options.duration("leeway", 30s, {0s, 30s}));
  rules.max_age = optional_seconds(options, "max_age");
  rules.max_lifetime = optional_seconds(options, "max_lifetime");
  return made;
}

}  // namespace

void log_refusal(const exchange& x, const token_refusal& refused) noexcept {
  if (refused.unavailable) return log_outage(x, jose::name_of(refused.why.code), refused.why.detail);
  log_refusal(x, "a token was refused", refused.why);
}

principal principal_of(const jose::claims& said) noexcept {
  principal who;
  who.issuer = said.issuer;
  who.subject = said.subject;
  who.client_id = said.client_id;
  who.token_id = said.id;
  who.scopes = said.scopes;
  who.expires = said.expires;
  who.by = said.bound ? authentication::bound_token : authentication::bearer_token;
  who.claims = said.all;
  return who;
}

void note_dates(known_token& made, const jose::claims& said, const jose::token_rules& rules) noexcept {
  // A clock's nanoseconds end in 2262, and dates in 9999.
  constexpr auto last = std::chrono::floor<jose::token_time::duration>(clock::wall_time::max());
  const auto later = [&](jose::token_time moment) {
    made.good_from = std::max<clock::wall_time>(made.good_from, std::min(moment, last));
  };
  const auto sooner = [&](jose::token_time moment) {
    made.good_until = std::min<clock::wall_time>(made.good_until, std::min(moment, last));
  };
  if (said.not_before) later(*said.not_before);
  if (said.issued) later(*said.issued);
  if (said.expires) sooner(*said.expires);
  if (rules.max_age && said.issued) sooner(*said.issued + *rules.max_age);
}

std::expected<known_token_ptr, jose::error> check_token(std::string_view token, const token_checks& checks,
                                                        const keys::key_snapshot& keys, clock::wall_time now) {
  known_token_ptr made = known_token_ptr::make();
  made->token = made->memory.copy(token);
  const auto verified = jose::verify_token(made->token, keys.keys, checks.rules, now, made->memory);
  if (!verified) return std::unexpected(verified.error());
  if (checks.usual_types && !is_usual(verified->protected_header.type))
    return std::unexpected(jose::error{jose::failure::type_mismatch, "typ"});
  made->who = principal_of(verified->said);
  made->who.key_id = made->memory.copy(verified->by->id());
  made->bound = verified->said.bound;
  made->epoch = keys.epoch;
  made->checked_by = &checks;
  note_dates(*made, verified->said, checks.rules);
  return made;
}

jose::signature_algorithms read_algorithms(config::reader& options, const std::vector<std::string>& otherwise) {
  jose::signature_algorithms made;
  for (const std::string& each : options.strings("algorithms", otherwise)) {
    const auto known = jose::signature_algorithm_of(each);
    if (!known) options.get("algorithms").fail("there is no signature algorithm '" + each + "'");
    made.add(*known);
  }
  if (made.empty()) options.get("algorithms").fail("at least one algorithm is needed");
  return made;
}

std::shared_ptr<keys::key_source> read_key_source(config::reader& options, stage_setup& setup,
                                                  jose::signature_algorithms accepted) {
  keys::key_source_options wanted;
  wanted.location = options.string("keys");
  wanted.refresh = optional_duration(options, "refresh");
  wanted.cooldown = optional_duration(options, "cooldown");
  wanted.stale_limit = milliseconds_of(options.duration("stale_limit", 24h, {0s, 24h * 366}));
  wanted.verifies = accepted;
  wanted.plain_http = options.boolean("plain_http", false);
  wanted.fetch.authorities_file = options.path("authorities", "").string();
  if (!wanted.remote()) wanted.location = options.path("keys").string();
  try {
    return keys::key_source::shared(wanted, setup.lanes(), setup.metrics());
  } catch (const std::runtime_error& wrong) {
    options.get("keys").fail(wrong.what());
  }
}

token_issuer::token_issuer(config::reader& options, stage_setup& setup, token_use use)
    : worker_(setup.worker()), lane_(setup.lanes().cpu), name_(options.string("issuer")) {
  if (name_.empty()) options.get("issuer").fail("the issuer's name is needed, as its tokens have it in iss");
  checks_ = std::make_shared<const token_checks>(read_checks(options, name_, use));
  std::shared_ptr<keys::key_source> source = read_key_source(options, setup, checks_->rules.signature.algorithms);
  cheap_ = !source->options().remote();
  for (std::size_t each = 0; each <= static_cast<std::size_t>(signature_algorithm::ed448); ++each) {
    const auto algorithm = static_cast<signature_algorithm>(each);
    if (checks_->rules.signature.algorithms.contains(algorithm) && !shared_secret.contains(algorithm)) cheap_ = false;
  }
  keys_ = std::make_unique<keys::key_watch>(std::move(source), setup.worker());
}

bool token_issuer::still_stands_by(const known_token& token) const noexcept {
  const keys::key_snapshot_ptr& known = keys_->current();
  return token.checked_by == checks_.get() && known != nullptr && known->epoch == token.epoch;
}

token_issuer::outcome token_issuer::check_at_once(std::string_view token) {
  const keys::key_snapshot_ptr& known = keys_->current();
  if (known == nullptr) return std::unexpected(no_keys);
  auto made = check_token(token, *checks_, *known, worker_.time().wall());
  if (made) return std::move(*made);
  if (made.error() == jose::failure::key_unknown) keys_->look_for_more();
  return std::unexpected(token_refusal{made.error()});
}

task<token_issuer::outcome> token_issuer::check_with(keys::key_snapshot_ptr known, exchange& x,
                                                     std::string_view token) {
  const clock::wall_time now = worker_.time().wall();
  if (cheap_ || worker_.claim_turn()) {
    auto made = check_token(token, *checks_, *known, now);
    if (!made) co_return std::unexpected(token_refusal{made.error()});
    co_return std::move(*made);
  }
  // The request may be gone before the check has ended.
  auto work = [text = std::string(token), checks = checks_, known = std::move(known), now] {
    return check_token(text, *checks, *known, now);
  };
  auto ran = co_await lane_.run(worker_.loop(), std::move(work), x.cancellation());
  if (!ran) co_return std::unexpected(nobody_free);
  if (!*ran) co_return std::unexpected(token_refusal{ran->error()});
  co_return std::move(**ran);
}

task<token_issuer::outcome> token_issuer::check(exchange& x, std::string_view token) {
  token_refusal refused = no_keys;
  // The first look may have begun before the key was published.
  for (int tries = 0; tries != 3; ++tries) {
    const keys::key_snapshot_ptr known = keys_->current();
    if (known != nullptr) {
      outcome made = co_await check_with(known, x, token);
      if (made || made.error().unavailable || made.error().why.code != jose::failure::key_unknown) co_return made;
      refused = made.error();
    }
    const keys::newer_keys newer = co_await keys_->newer(x.cancellation());
    if (newer != keys::newer_keys::told) break;
  }
  co_return std::unexpected(refused);
}

}  // namespace candela::middleware::detail
