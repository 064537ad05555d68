// How an exchange waits for a token, and what becomes of it when the token is resumed or dropped.
#include <candela/core/log.hpp>
#include <candela/server/detail/exchange_entry.hpp>
#include <candela/server/exchange.hpp>
#include <candela/server/pinned_state.hpp>
#include <stdexcept>
#include <utility>

namespace candela {

resume_token exchange::suspend() {
  pinned_state& state = pinned();
  if (!state.in_hook) throw std::logic_error("tokens are for hooks and handlers that are no coroutines");
  if (state.token_out) throw std::logic_error("an exchange has one resume token at a time");
  state.token_out = state.token_taken = true;
  state.token_settled = false;
  return {*this, loop(), ++state.token_generation};
}

// After a hook said `suspended`: true when it has been resumed already, and how.
bool exchange::take_suspension(step& result) {
  pinned_state& state = pinned();
  if (!state.token_taken) throw std::logic_error("a stage suspended without taking a token");
  if (!state.token_settled) {
    state.token_awaited = true;
    return false;
  }
  if (state.token_dropped) fail_for_dropped_token();
  result = state.token_result;
  return true;
}

void exchange::fail_for_dropped_token() {
  log::error("a resume token was dropped", log::field("route", route_->pattern));
  fail(problem::internal());
}

void exchange::settle(std::uint32_t generation, step result, bool dropped) {
  pinned_state& state = *pinned_;
  const entry guard(*this);
  if (!state.token_out || state.token_generation != generation) return;
  state.token_out = false;
  // A hook that did not suspend after all has said already how it goes on.
  const bool awaited = std::exchange(state.token_awaited, false) || (state.in_hook && state.token_taken);
  if (!awaited || state.abandoned || wire_ == nullptr) return;
  if (state.in_hook) {
    state.token_settled = true;
    state.token_dropped = dropped;
    state.token_result = result;
    return;
  }
  if (dropped) fail_for_dropped_token();
  // A handler's token means that the response is ready, a stage's what it says.
  if (phase_ == phase::handler || result == step::done) phase_ = phase::response;
  advance();
}

void resume_token::settle(step result, bool dropped) {
  exchange* suspended = std::exchange(exchange_, nullptr);
  if (suspended == nullptr) return;
  if (loop_->is_current()) return suspended->settle(generation_, result, dropped);
  loop_->post(
      [suspended, generation = generation_, result, dropped] { suspended->settle(generation, result, dropped); });
}

void resume_token::resume(step result) { settle(result, false); }

resume_token::~resume_token() { settle(step::done, true); }

resume_token& resume_token::operator=(resume_token&& other) noexcept {
  if (this != &other) {
    settle(step::done, true);
    exchange_ = std::exchange(other.exchange_, nullptr);
    loop_ = other.loop_;
    generation_ = other.generation_;
  }
  return *this;
}

}  // namespace candela
