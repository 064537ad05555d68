// How an exchange runs: stages, handler, stages in reverse, the response, the end.
#include <candela/core/log.hpp>
#include <candela/db/error.hpp>
#include <candela/server/detail/exchange_entry.hpp>
#include <candela/server/dispatcher.hpp>
#include <candela/server/exchange.hpp>
#include <candela/server/pinned_state.hpp>
#include <expected>
#include <stdexcept>

namespace candela {

pinned_state::pinned_state(exchange& belongs_to, net::worker& worker)
    : deadline(
          worker.timers(),
          [](net::timer& fired) {
            exchange& x = static_cast<owned_timer&>(fired).owner;
            const exchange::entry guard(x);
            x.answer_now(problem::deadline_exceeded());
            x.cancel();
          },
          belongs_to),
      work(cancel.token()) {
  work.on_error([](std::exception_ptr) { log::error("a task beside a handler ended with an exception"); });
}

/// Marks that a hook is on the stack: a token that is settled by then waits for its return.
class exchange::hook_call {
 public:
  explicit hook_call(pinned_state* state) noexcept : state_(state) {
    if (state_ == nullptr) return;
    state_->in_hook = true;
    state_->token_taken = state_->token_settled = false;
  }
  hook_call(const hook_call&) = delete;
  hook_call& operator=(const hook_call&) = delete;
  ~hook_call() {
    if (state_ == nullptr) return;
    state_->in_hook = state_->token_settled = false;
  }

 private:
  pinned_state* state_;
};

exchange::exchange(dispatcher& home) noexcept
    : home_(home), time_(home.worker().time()), response_(home.match_memory_) {}
exchange::~exchange() { delete pinned_; }

void exchange::forget_rare() noexcept {
  touched_ = rewritten_ = own_headers_ = false;
  request_.changed_ = false;
  input_filters_.clear();
  output_filters_.clear();
  announced_length_.reset();
  problem_code_ = {};
}

// Goes on until something has to be waited for or the response is handed over.
void exchange::advance() {
  for (;;) {
    switch (phase_) {
      case phase::stages:
        if (!run_stages()) return;
        break;
      case phase::body:
        if (!body_ready()) return;
        if (phase_ == phase::response) break;  // too large, or a filter refused it
        phase_ = position_ < route_->stages.size() ? phase::stages : phase::handler;
        break;
      case phase::handler:
        if (!run_handler()) return;
        break;
      case phase::response:
        // What comes of the body meanwhile does not start the next hook beside the one that runs.
        if (pinned_ != nullptr && pinned_->response_running) return;
        if (!run_responses()) return;
        send();
        return;
      case phase::streaming: finish_streaming(); return;
      case phase::sent: return;
    }
  }
}

// False: wait. True: `phase_` says what is next.
bool exchange::run_stages() {
  const std::vector<stage_hooks>& stages = route_->stages;
  while (position_ < stages.size()) {
    if (position_ == route_->entry_stages && rewritten_) {
      reroute();
      return phase_ == phase::stages || phase_ == phase::response;
    }
    if (position_ == route_->head_stages && !body_open_) {
      phase_ = phase::body;
      return true;
    }
    const stage_hooks& stage = stages[position_++];
    entered_ = position_;
    step result = step::next;
    if (!run_stage(stage, result)) return false;
    if (phase_ != phase::stages) return true;
    if (result == step::done) {
      phase_ = phase::response;
      return true;
    }
  }
  if (position_ == route_->entry_stages && rewritten_) {
    reroute();
    return true;
  }
  phase_ = body_open_ ? phase::handler : phase::body;
  return true;
}

// False: the stage took its time; `settle` or the task's end goes on.
bool exchange::run_stage(const stage_hooks& stage, step& result) {
  try {
    if (stage.on_request != nullptr) {
      const hook_call taking(pinned_);
      result = stage.on_request(stage.instance, *this);
      return result != step::suspended || take_suspension(result);
    }
    if (stage.on_request_task == nullptr) return true;
    pinned_state& state = pinned();
    state.stage_task = stage.on_request_task(stage.instance, *this);
    state.stage_running = true;
    const bool ended = state.stage_task.start(
        [](void* argument) noexcept {
          auto& x = *static_cast<exchange*>(argument);
          const entry guard(x);
          x.stage_ended();
        },
        this);
    if (!ended) return false;
    state.stage_running = false;
    result = state.stage_task.result();
    return true;
  } catch (...) {
    fail_with_current_exception();
    return true;
  }
}

void exchange::stage_ended() {
  pinned_state& state = *pinned_;
  state.stage_running = false;
  if (state.abandoned || (phase_ != phase::stages && phase_ != phase::streaming)) return;
  try {
    if (state.stage_task.result() == step::done && phase_ == phase::stages) phase_ = phase::response;
  } catch (...) {
    fail_with_current_exception();
  }
  go_on();
}

// After a wait: nothing more runs for a client that has gone meanwhile.
void exchange::go_on() {
  if (wire_ == nullptr) {
    phase_ = phase::sent;
  } else {
    advance();
  }
}

bool exchange::run_handler() {
  const handler& answer = route_->handler;
  try {
    if (!answer.is_coroutine()) {
      const hook_call taking(pinned_);
      answer.call(*this);
      if (pinned_ != nullptr && pinned_->token_taken && pinned_->token_out) {
        pinned_->token_awaited = true;
        return false;
      }
      if (pinned_ != nullptr && pinned_->token_settled && pinned_->token_dropped) fail_for_dropped_token();
    } else {
      pinned_state& state = pinned();
      state.task = answer.start(*this);
      state.task_running = true;
      const bool ended = state.task.start(
          [](void* argument) noexcept {
            auto& x = *static_cast<exchange*>(argument);
            const entry guard(x);
            x.handler_ended();
          },
          this);
      if (!ended) return false;
      state.task_running = false;
      state.task.result();
    }
    phase_ = head_sent_ ? phase::streaming : phase::response;
  } catch (...) {
    fail_with_current_exception();
  }
  return true;
}

void exchange::handler_ended() {
  pinned_state& state = *pinned_;
  state.task_running = false;
  const bool current = !state.abandoned && (phase_ == phase::handler || phase_ == phase::streaming);
  // Whatever it has to say, nobody hears it.
  if (current && wire_ == nullptr && !head_sent_) {
    phase_ = phase::sent;
    return;
  }
  try {
    state.task.result();
    if (current) phase_ = head_sent_ ? phase::streaming : phase::response;
  } catch (...) {
    if (current) fail_with_current_exception();
  }
  if (current) advance();
}

bool exchange::run_responses() {
  while (entered_ > 0) {
    const stage_hooks& stage = route_->stages[--entered_];
    try {
      if (stage.on_response != nullptr) {
        stage.on_response(stage.instance, *this);
      } else if (stage.on_response_task != nullptr && !run_response_task(stage)) {
        return false;
      }
    } catch (...) {
      fail_with_current_exception();
    }
  }
  return true;
}

bool exchange::run_response_task(const stage_hooks& stage) {
  pinned_state& state = pinned();
  state.response_task = stage.on_response_task(stage.instance, *this);
  state.response_running = true;
  const bool ended = state.response_task.start(
      [](void* argument) noexcept {
        auto& x = *static_cast<exchange*>(argument);
        const entry guard(x);
        x.response_task_ended();
      },
      this);
  if (!ended) return false;
  state.response_running = false;
  state.response_task.result();
  return true;
}

void exchange::response_task_ended() {
  pinned_state& state = *pinned_;
  state.response_running = false;
  try {
    state.response_task.result();
  } catch (...) {
    fail_with_current_exception();
  }
  if (state.head_waiter) return std::exchange(state.head_waiter, nullptr).resume();
  go_on();
}

void exchange::send() {
  phase_ = phase::sent;
  if (wire_ == nullptr) return;
  if (pinned_ != nullptr) pinned_->deadline.cancel();
  if (!output_filters_.empty()) {
    try {
      response_.body(filtered(response_.body()));
    } catch (...) {
      // The hooks have run; what they added to the response stays with it.
      fail_with_current_exception();
      phase_ = phase::sent;
    }
  }
  head_sent_ = true;
  http::stream& wire = *wire_;
  wire.respond(response_.head(), response_.body());
  bytes_out_ = wire.bytes_out();
  if (pinned_ != nullptr) pinned_->response_ended = true;
}

// What an exception says becomes the response; details that are nobody's business go to the log.
void exchange::fail_with_current_exception() {
  try {
    throw;
  } catch (const problem& what) {
    fail(what);
  } catch (const std::bad_expected_access<db::error>& failed) {
    fail_with(failed.error());
  } catch (const std::exception& what) {
    log::error("a handler or stage threw", log::field("route", route_->pattern), log::field("what", what.what()));
    fail(problem::internal());
  } catch (...) {
    log::error("a handler or stage threw", log::field("route", route_->pattern));
    fail(problem::internal());
  }
  if (phase_ == phase::response || phase_ == phase::sent) return;
  if (head_sent_) {
    // Half a response is out: only a broken connection tells the client.
    phase_ = phase::sent;
    if (wire_ != nullptr) wire_->reset();
    return;
  }
  phase_ = phase::response;
}

void exchange::reroute() {
  rewritten_ = false;
  route_match match;
  // The routes that it began with, whatever a reload has brought since.
  const generation& serving = pinned_ != nullptr ? *pinned_->serving : home_.current();
  const bool escaped = request_.path().find('%') != std::string_view::npos;
  const candela::route* found = dispatcher::find(serving, *request_.head_, request_.path(), escaped, *memory_, match);
  // Such a request must have been pinned, and no stage asked whether it joins one route or the other. What is not
  // pinned must not meet stages that decide by the request either: behind the entry they were not asked about this one.
  const bool may_wait = found->may_suspend || found->asks_behind_entry();
  if ((may_wait && pinned_ == nullptr) || route_->entry_declined || found->entry_declined) {
    log::error("an entry stage changed the target without declaring rewrites_target",
               log::field("route", found->pattern));
    fail(problem::internal());
    phase_ = phase::response;
    return;
  }
  route_ = found;
  parameters_ = match.parameters;
  if (pinned_ != nullptr && pinned_->input_ended) start_deadline();
}

void exchange::start_deadline() {
  const auto allowed = route_->options.deadline;
  if (head_sent_ || allowed.count() == 0) return pinned_->deadline.cancel();
  pinned_->deadline.arm(home_.worker().time().steady() + allowed);
}

// Answers over the head of whatever still runs for this exchange.
void exchange::answer_now(const candela::problem& what) {
  if (head_sent_ || wire_ == nullptr || phase_ == phase::response) return;
  pinned_->abandoned = pinned_->stage_running || pinned_->task_running || pinned_->token_out;
  fail(what);
  phase_ = phase::response;
  // A response hook that runs already goes on with the others when it has ended.
  if (!pinned_->response_running) advance();
}

void exchange::cancel() {
  if (cancelled_) return;
  cancelled_ = true;
  pinned_state& state = *pinned_;
  state.cancel.cancel();
  if (state.reader) std::exchange(state.reader, nullptr).resume();
  if (state.writer) std::exchange(state.writer, nullptr).resume();
}

void exchange::on_sent() {
  const entry guard(*this);
  bytes_out_ = wire_->bytes_out();
  wire_ = nullptr;
  // Work that goes on beside the handler has nobody left to work for.
  if (!pinned_->task_running && !pinned_->stage_running) cancel();
}

void exchange::on_cut(http::cut_reason) {
  const entry guard(*this);
  if (wire_ != nullptr) bytes_out_ = wire_->bytes_out();
  wire_ = nullptr;
  pinned_->cut = true;
  cancel();
  if (!pinned_->task_running && !pinned_->stage_running && !pinned_->response_running) phase_ = phase::sent;
}

// The end: nothing runs for it, nobody holds a token, its response has left or cannot leave any more.
void exchange::maybe_end() {
  pinned_state& state = *pinned_;
  if (state.over || wire_ != nullptr || state.in_use()) return;
  if (!state.work.empty() && !join_work()) return;
  state.over = true;
  home_.ended(*this);
}

// True when nothing is left beside the handler; otherwise the end of the last of it comes back to `maybe_end`.
bool exchange::join_work() {
  pinned_state& state = *pinned_;
  if (state.joining) return false;
  state.joining = true;
  // What ends by the cancellation may enter and leave this exchange: that must not end it under our feet.
  ++state.busy;
  cancel();
  --state.busy;
  return state.work.join(
      [](void* argument) noexcept {
        auto& x = *static_cast<exchange*>(argument);
        const entry guard(x);
      },
      this);
}

}  // namespace candela
