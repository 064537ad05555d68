#include <candela/middleware/audit.hpp>

#include <algorithm>
#include <candela/core/text.hpp>
#include <candela/custody/call_stack.hpp>
#include <candela/net/sleep.hpp>
#include <candela/server/extension.hpp>
#include <candela/server/principal.hpp>
#include <candela/server/route.hpp>

#include "middleware/detail/audit_settings.hpp"
#include "middleware/detail/request_path.hpp"
#include "middleware/detail/route_patterns.hpp"

namespace candela::middleware {

namespace {

using candela::audit::decision;
using candela::audit::hop;
using candela::audit::kept_header;
using candela::audit::record;

constexpr std::size_t most_hops = 32;
constexpr std::chrono::milliseconds look_again{5};

constexpr std::array<decision, candela::audit::decisions> all_decisions{
    decision::allowed, decision::denied, decision::refused, decision::failed, decision::cut, decision::malformed};

decision decision_of(const exchange_outcome& outcome) noexcept {
  if (outcome.result == exchange_result::malformed) return decision::malformed;
  if (outcome.result == exchange_result::cut) return decision::cut;
  if (outcome.status >= 500) return decision::failed;
  if (outcome.status == 401 || outcome.status == 403 || outcome.status == 429) return decision::denied;
  return outcome.status >= 400 ? decision::refused : decision::allowed;
}

std::array<bool, candela::audit::decisions> read_outcomes(config::reader& options) {
  std::array<bool, candela::audit::decisions> wanted{};
  if (!options.has("outcomes")) {
    wanted.fill(true);
    return wanted;
  }
  const config::node given = options.get("outcomes");
  const bool is_one = given.kind() == config::node_kind::scalar;
  std::array<std::string_view, all_decisions.size()> names;
  std::ranges::transform(all_decisions, names.begin(), [](decision each) { return name_of(each); });
  for (const config::node& each : is_one ? std::vector{given} : given.items()) {
    wanted[static_cast<std::size_t>(all_decisions[each.as_choice(names)])] = true;
  }
  if (std::ranges::count(wanted, true) == 0) given.fail("at least one outcome is written down");
  return wanted;
}

std::size_t describe_hops(const custody::call_stack& stack, std::array<hop, most_hops>& via) noexcept {
  const std::size_t count = std::min(stack.links.size(), via.size());
  for (std::size_t i = 0; i != count; ++i) {
    const custody::link_claims& said = stack.links[i].said;
    via[i] = {said.iss, said.aud, said.op};
  }
  return count;
}

}  // namespace

/// What a request leaves behind for its record. Its fields are gone by then, as is what others show of them.
struct audit::admission {
  static constexpr std::string_view attachment_name = "audit";

  const audit* by = nullptr;
  bool has_principal = false;
  std::string_view user;
  std::string_view issuer;
  std::string_view client;
  std::string_view means;
  std::string_view chain;
  std::string_view proof;
  std::span<const kept_header> headers;

  void take(const principal& who) noexcept {
    has_principal = true;
    user = who.subject;
    issuer = who.issuer;
    client = who.client_id;
    means = name_of(who.by);
  }
};

audit::audit(stage_setup& setup)
    : time_(&setup.time()),
      headers_(detail::read_kept_headers(setup.options())),
      included_(setup.options().strings("include")),
      excluded_(setup.options().strings("exclude")),
      wanted_(read_outcomes(setup.options())),
      evidence_(setup.options().boolean("evidence", false)) {
  trail_ = detail::open_trail(setup, evidence_);
  recorder_ = &trail_->recorder_of(&setup.worker());
  service_ = setup.options().string("service", trail_->options().stream);
  detail::show_metrics(setup.metrics(), trail_);
}

bool audit::applies_to(const route& asked) const {
  return (included_.empty() || detail::names_route(included_, asked.pattern)) &&
         !detail::names_route(excluded_, asked.pattern);
}

bool audit::is_let_in(const exchange& x) noexcept { return x.get<admission>() != nullptr; }

bool audit::let_in(exchange& x) {
  if (!recorder_->admit()) return false;
  try {
    admission& noted = x.put<admission>();
    noted.by = this;
    if (!headers_.empty()) keep_headers(x, noted);
    if (!evidence_) return true;
    noted.chain = x.arena().copy(x.header("call-chain"));
    noted.proof = x.arena().copy(x.header("call-proof"));
    return true;
  } catch (...) {
    if (admission* noted = x.get<admission>()) noted->by = nullptr;
    recorder_->withdraw();
    throw;
  }
}

void audit::keep_headers(exchange& x, admission& noted) const {
  const std::span<kept_header> kept = x.arena().make_array<kept_header>(headers_.size());
  std::size_t count = 0;
  for (const std::string& name : headers_) {
    const std::string_view value = x.header(name);
    if (value.data() != nullptr) kept[count++] = {name, x.arena().copy(value)};
  }
  noted.headers = kept.first(count);
}

step audit::refuse(exchange& x) {
  recorder_->count_refused();
  x.fail(problem(503, "audit_unavailable", "The service cannot write down what it does.").retry_after(1));
  return step::done;
}

step audit::on_request(exchange& x) {
  if (is_let_in(x) || let_in(x)) return step::next;
  return refuse(x);
}

// The last moment at which views into the request are sure to be good.
void audit::on_response(exchange& x) {
  admission* noted = x.get<admission>();
  const principal* who = x.get<principal>();
  if (noted == nullptr || noted->by != this || who == nullptr) return;
  noted->take(*who);
  for (std::string_view* text : {&noted->user, &noted->issuer, &noted->client}) *text = x.arena().copy(*text);
}

void audit::on_complete(const exchange_outcome& outcome) {
  const decision what = decision_of(outcome);
  if (what == decision::malformed) return write_malformed(outcome);
  const admission* noted = outcome.get<admission>();
  if (noted == nullptr || noted->by != this) return;
  if (!wants(what)) return recorder_->withdraw();

  admission known = *noted;
  // A request that was cut short has got no response; it keeps what it was made of until its end.
  const principal* who = outcome.get<principal>();
  if (!known.has_principal && who != nullptr) known.take(*who);
  std::array<char, net::address::max_text> peer;
  std::array<hop, most_hops> via;
  record written = describe(outcome);
  written.outcome = what;
  written.peer = {peer.data(), outcome.peer.write_host(peer.data())};
  written.user = known.user;
  written.issuer = known.issuer;
  written.client = known.client;
  written.by = known.means;
  written.headers = known.headers;
  written.chain = known.chain;
  written.proof = known.proof;
  if (const auto* stack = outcome.get<custody::call_stack>(); stack != nullptr && !stack->links.empty()) {
    written.txn = stack->transaction();
    written.via = std::span(via).first(describe_hops(*stack, via));
    if (written.user.empty()) written.user = stack->subject();
  }
  recorder_->put(written);
}

record audit::describe(const exchange_outcome& outcome) const {
  record made;
  made.at = std::chrono::floor<std::chrono::microseconds>(time_->wall());
  made.service = service_;
  made.id = outcome.correlation_id;
  made.method = outcome.method_name;
  made.target = detail::path_of(outcome.target);
  made.route = outcome.route->pattern;
  made.status = outcome.status;
  made.code = outcome.code;
  made.duration = std::chrono::duration_cast<std::chrono::microseconds>(outcome.duration);
  made.bytes_in = outcome.bytes_in;
  made.bytes_out = outcome.bytes_out;
  return made;
}

void audit::write_malformed(const exchange_outcome& outcome) {
  if (!wants(decision::malformed)) return;
  std::array<char, net::address::max_text> peer;
  record written = describe(outcome);
  written.outcome = decision::malformed;
  written.peer = {peer.data(), outcome.peer.write_host(peer.data())};
  recorder_->put_if_room(written);
}

waiting_audit::waiting_audit(stage_setup& setup)
    : audit(setup),
      max_wait_(setup.options().duration("max_wait", std::chrono::seconds(1), {look_again, std::chrono::hours(1)})) {}

task<step> waiting_audit::on_request(exchange& x) {
  if (is_let_in(x)) co_return step::next;
  const auto until = x.worker().time().steady() + max_wait_;
  while (!let_in(x)) {
    if (x.cancelled()) co_return step::done;
    if (x.worker().time().steady() >= until) co_return refuse(x);
    const auto slept = co_await net::sleep_for(x.loop(), look_again, x.cancellation());
    static_cast<void>(slept);
  }
  co_return step::next;
}

namespace {

enum class full_queue : std::uint8_t { refuse, wait };

std::unique_ptr<stage_instance> make_audit(stage_setup& setup, std::string_view name) {
  const full_queue wanted = setup.options().choose<full_queue>(
      "when_full", {{"refuse", full_queue::refuse}, {"wait", full_queue::wait}}, full_queue::refuse);
  if (wanted == full_queue::wait) return make_stage_factory<waiting_audit>(name).make(setup, name);
  return make_stage_factory<audit>(name).make(setup, name);
}

}  // namespace

// As CANDELA_STAGE would define it, but that the options decide which class it is.
extern const stage_factory audit_stage;
constexpr stage_factory audit_stage{"audit", make_audit};

}  // namespace candela::middleware
