#include <candela/middleware/revocation.hpp>

#include <candela/core/log.hpp>
#include <candela/server/extension.hpp>
#include <candela/server/principal.hpp>

namespace candela::middleware {

namespace {

using store::revocable;
using store::revocation_answer;

const store::revocations& list_of(stage_setup& setup) {
  const store::revocations* list = setup.revocations();
  if (list == nullptr) setup.options().map().fail("there is no list; the section revocations says where it is");
  return *list;
}

std::string_view transaction_of(const principal& who) {
  const json::value* named = who.claims.find("txn");
  return named == nullptr ? std::string_view() : named->string().value_or(std::string_view());
}

}  // namespace

revocation::revocation(stage_setup& setup)
    : revoked_(list_of(setup)),
      time_(setup.time()),
      refused_(setup.metrics().counter_cell("candela_revocation_refused_total", "Requests of revoked callers.",
                                            {{"chain", std::string(setup.chain())}}, setup.worker().index())),
      unknown_(setup.metrics().counter_cell("candela_revocation_unknown_total",
                                            "Requests refused because the list was too old.",
                                            {{"chain", std::string(setup.chain())}}, setup.worker().index())) {}

step revocation::on_request(exchange& x) {
  const principal* who = x.get<principal>();
  if (who == nullptr) return step::next;
  switch (ask(*who)) {
    case revocation_answer::good: complained_ = false; return step::next;
    case revocation_answer::revoked: return refuse(x, *who);
    case revocation_answer::unknown: break;
  }
  return go_without(x);
}

// What one of them says against the caller counts more than that nobody knows about the others.
revocation_answer revocation::ask(const principal& who) const {
  revocation_answer worst = revocation_answer::good;
  const auto look = [&](revocable kind, std::string_view value) {
    const revocation_answer said = revoked_.ask(kind, value);
    if (worst != revocation_answer::revoked && said != revocation_answer::good) worst = said;
  };
  look(revocable::id, who.token_id);
  look(revocable::subject, who.subject);
  look(revocable::key, who.key_id);
  look(revocable::issuer, who.issuer);
  look(revocable::transaction, transaction_of(who));
  return worst;
}

step revocation::refuse(exchange& x, const principal& who) {
  refused_.add();
  log::warn("a revoked caller was refused", log::field("issuer", who.issuer), log::field("subject", who.subject),
            log::field("jti", who.token_id), log::field("correlation_id", x.correlation_id()));
  x.fail(problem::unauthorized("The credentials are not valid."));
  x.response().header(http::header::www_authenticate, "Bearer error=\"invalid_token\"");
  return step::done;
}

step revocation::go_without(exchange& x) {
  unknown_.add();
  // Once, and not for each of them.
  if (!complained_ && time_.steady() >= complain_at_) {
    complained_ = true;
    complain_at_ = time_.steady() + std::chrono::seconds(1);
    log::error("callers are refused: the list of what is revoked is too old");
  }
  x.fail(problem::unavailable("Credentials cannot be checked at the moment.").retry_after(1));
  return step::done;
}

CANDELA_STAGE("revocation", revocation);

}  // namespace candela::middleware
