#include <candela/middleware/rate_limit.hpp>

#include <algorithm>
#include <candela/core/log.hpp>
#include <candela/server/extension.hpp>
#include <candela/server/route.hpp>

#include "middleware/detail/rate_rules.hpp"
#include "middleware/detail/route_patterns.hpp"

namespace candela::middleware {

/// What requests left that are answered later. Several stages of a route each have theirs.
struct rate_limit::remainder {
  static constexpr std::string_view attachment_name = "rate_limit";

  const rate_limit* stage;
  std::span<const store::limit_state> states;
  const remainder* next;
};

rate_limit::rate_limit(stage_setup& setup)
    : store_(setup.store()),
      rules_(std::make_unique<detail::rate_rules>(setup)),
      fields_(setup.options().choose<telling>(
          "fields", {{"always", telling::always}, {"refused", telling::refused}, {"never", telling::never}},
          telling::always)),
      pass_unavailable_(setup.options().choose<bool>("when_unavailable", {{"refuse", false}, {"pass", true}}, false)),
      policy_({{"RateLimit-Policy", rules_->policy()}}),
      unavailable_(setup.metrics().counter_cell("candela_rate_limit_unavailable_total",
                                                "Requests that the store could not count.",
                                                {{"chain", std::string(setup.chain())}}, setup.worker().index())),
      time_(setup.time()),
      excluded_(setup.options().strings("exclude")) {}

rate_limit::rate_limit(rate_limit&&) noexcept = default;
rate_limit::~rate_limit() = default;

bool rate_limit::applies_to(const route& asked) const { return !detail::names_route(excluded_, asked.pattern); }

step rate_limit::on_request(exchange& x) {
  told_ = nullptr;
  rules_->uses_of(x, asked_.data());
  const std::span left = std::span(last_).first(rules_->count());
  return decide(x, store_.take_now(std::span(asked_).first(left.size()), left), left);
}

task<step> rate_limit::on_request_waiting(exchange& x) {
  uses asked;
  states left;
  const std::size_t count = rules_->count();
  rules_->uses_of(x, asked.data());
  for (store::limit_use& each : std::span(asked).first(count)) {
    // Others ask meanwhile, of whom the memo then speaks.
    each.key = store::limit_key(x.arena().copy(each.key.bytes()), each.key.hash());
  }
  const std::span<const store::limit_use> wanted = std::span(asked).first(count);
  const std::span<store::limit_state> told = std::span(left).first(count);
  const store::answer taken = co_await store_.take(wanted, told, x.cancellation());
  co_return decide(x, taken, told);
}

step rate_limit::decide(exchange& x, const store::answer& taken, std::span<const store::limit_state> left) {
  if (!taken) [[unlikely]]
    return go_without(x, taken.error());
  complained_ = false;
  if (fields_ == telling::always || (fields_ == telling::refused && !*taken)) {
    if (x.immediate()) [[likely]] {
      told_ = &x;
    } else {
      const std::span<store::limit_state> kept = x.arena().make_array<store::limit_state>(left.size());
      std::ranges::copy(left, kept.begin());
      const remainder* others = x.get<remainder>();
      x.put<remainder>(this, kept, others == nullptr ? nullptr : &x.arena().make<remainder>(*others));
    }
  }
  return *taken ? step::next : refuse(x, left);
}

step rate_limit::refuse(exchange& x, std::span<const store::limit_state> left) {
  rules_->count_refused(left);
  const auto longest = std::ranges::max(left, {}, &store::limit_state::retry_after).retry_after;
  x.fail(problem(429, "rate_limited", "Too many requests; try again later.")
             .retry_after(std::max(detail::whole_seconds(longest), 1U)));
  return step::done;
}

step rate_limit::go_without(exchange& x, store::errc why) {
  // It has been answered, or nobody waits any more: nothing is said about the store.
  if (why == store::errc::cancelled) return step::done;
  unavailable_.add();
  // Once, and not for each of them.
  if (!complained_ && time_.steady() >= complain_at_) {
    complained_ = true;
    complain_at_ = time_.steady() + std::chrono::seconds(1);
    log::warn("requests cannot be counted", log::field("why", name_of(why)),
              log::field("they", pass_unavailable_ ? "pass" : "are refused"));
  }
  if (pass_unavailable_) return step::next;
  x.fail(problem::unavailable("Requests cannot be counted at the moment.").retry_after(1));
  return step::done;
}

const store::limit_state* rate_limit::left_of(exchange& x) const noexcept {
  if (x.immediate()) return told_ == &x ? last_.data() : nullptr;
  const remainder* found = x.get<remainder>();
  while (found != nullptr && found->stage != this) found = found->next;
  return found == nullptr ? nullptr : found->states.data();
}

void rate_limit::on_response(exchange& x) {
  const store::limit_state* left = left_of(x);
  if (left == nullptr) return;
  x.response().header_unchecked(http::header::ratelimit, rules_->tell(left, x.arena())).block(policy_);
}

CANDELA_STAGE("rate_limit", rate_limit);

}  // namespace candela::middleware
