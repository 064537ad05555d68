#include <candela/middleware/single_use.hpp>

#include <array>
#include <candela/core/metrics.hpp>
#include <candela/jose/base64url.hpp>
#include <candela/jose/digest.hpp>
#include <candela/keys/url.hpp>
#include <candela/server/extension.hpp>
#include <candela/store/store.hpp>
#include <string>
#include <utility>

#include "middleware/detail/challenges.hpp"
#include "middleware/detail/credential.hpp"
#include "middleware/detail/token_issuer.hpp"

namespace candela::middleware {

namespace {

using jose::failure;

constexpr std::array<const char*, 6> result_names = {"accepted", "missing",   "refused",
                                                     "used",     "forbidden", "unavailable"};

std::string base_of(config::reader& options) {
  std::string base = options.string("base");
  const auto read = keys::url::parse(base);
  if (!read) options.get("base").fail(read.error());
  if (base.ends_with('/') || read->target != "/") options.get("base").unexpected("scheme, host and port alone");
  return base;
}

// The store's key: of one size whatever a token says, and never the same for two issuers.
std::string spent_name(const principal& who) {
  jose::sha256_stream digest;
  digest.add(who.issuer);
  digest.add(std::string_view("\0", 1));
  digest.add(who.token_id);
  const jose::sha256_digest made = digest.finish();
  return "once:" + jose::encode_base64url(made);
}

bool says(const principal& who, std::string_view claim, std::string_view wanted) noexcept {
  const json::value* found = who.claims.find(claim);
  return found != nullptr && found->string() == wanted;
}

}  // namespace

struct single_use::parts {
  explicit parts(stage_setup& setup)
      : store(setup.store()),
        place(setup.options(), "Bearer"),
        issuer(setup.options(), setup, detail::token_use::once),
        base(base_of(setup.options())),
        answers(detail::bearer_words, setup.options()),
        scopes(setup.options()) {
    for (std::size_t each = 0; each != counters.size(); ++each) {
      counters[each] = &setup.metrics().counter_cell(
          "single_use_requests_total", "Requests by what became of their token.",
          {{"chain", std::string(setup.chain())}, {"result", result_names[each]}}, setup.worker().index());
    }
  }

  // The first thing that ties the token to another request; empty when it is for this one.
  [[nodiscard]] std::string_view wrong_target(const exchange& x, const principal& who) const {
    if (!says(who, "htm", x.request().method_name())) return "htm";
    return says(who, "htu", base + std::string(x.request().target())) ? "" : "htu";
  }

  store::worker_store& store;
  detail::credential_place place;
  detail::token_issuer issuer;
  std::string base;
  detail::challenges answers;
  detail::scope_rules scopes;
  std::array<metrics::counter*, result_names.size()> counters{};
};

single_use::single_use(stage_setup& setup) : parts_(std::make_unique<parts>(setup)) {}
single_use::single_use(single_use&&) noexcept = default;
single_use::~single_use() = default;

task<step> single_use::on_request(exchange& x) {
  const detail::credential given = parts_->place.find(x.request().headers());
  if (given.found == detail::credential_found::none) {
    count(result::missing);
    co_return parts_->answers.missing(x);
  }
  if (given.found == detail::credential_found::ambiguous) {
    count(result::refused);
    detail::log_refusal(x, "a token was refused", {failure::malformed, "it comes twice"});
    co_return parts_->answers.ambiguous(x);
  }
  const auto made = co_await parts_->issuer.check(x, given.value);
  if (x.cancelled()) co_return step::done;
  if (!made) co_return refuse(x, made.error().unavailable ? result::unavailable : result::refused, made.error());
  detail::known_token& token = **made;
  if (token.bound) co_return refuse(x, result::refused, {{failure::claim_invalid, "the token is bound"}});
  if (const std::string_view wrong = parts_->wrong_target(x, token.who); !wrong.empty())
    co_return refuse(x, result::refused, {{failure::claim_invalid, wrong}});
  if (!parts_->scopes.satisfied(x, token.who)) {
    count(result::forbidden);
    co_return parts_->answers.insufficient(x, parts_->scopes.needed(x));
  }
  const step outcome = co_await spend(x, token);
  if (outcome != step::next) co_return outcome;
  x.arena().make<detail::known_token_ptr>(*made);
  x.put<principal>(token.who).by = authentication::single_use;
  co_return step::next;
}

// It must be known as used for as long as it would be accepted.
task<step> single_use::spend(exchange& x, detail::known_token& token) {
  const std::string name = spent_name(token.who);
  const clock::wall_time until = *token.who.expires + parts_->issuer.checks().rules.leeway;
  const store::answer first = co_await parts_->store.spend(name, until, x.cancellation());
  if (x.cancelled()) co_return step::done;
  if (!first) {
    count(result::unavailable);
    detail::log_outage(x, "store_unavailable", store::name_of(first.error()));
    co_return parts_->answers.unavailable(x);
  }
  if (!*first) co_return refuse(x, result::used, {{failure::replayed, "it was used before"}});
  count(result::accepted);
  co_return step::next;
}

step single_use::refuse(exchange& x, result what, const detail::token_refusal& refused) {
  count(what);
  detail::log_refusal(x, refused);
  return refused.unavailable ? parts_->answers.unavailable(x) : parts_->answers.invalid(x);
}

void single_use::count(result what) noexcept { parts_->counters[static_cast<std::size_t>(what)]->add(); }

CANDELA_STAGE("single_use", single_use);

}  // namespace candela::middleware
