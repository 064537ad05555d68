#include <candela/core/frame_pool.hpp>
#include <candela/core/log.hpp>
#include <candela/server/detail/batch.hpp>
#include <candela/server/detail/exchange_entry.hpp>
#include <candela/server/dispatcher.hpp>
#include <candela/server/exchange.hpp>
#include <candela/server/pinned_state.hpp>
#include <functional>
#include <type_traits>

namespace candela {

namespace {

// Copies `text`, or finds it in `copy` when it is a part of `whole`.
std::string_view rebase(std::string_view text, std::string_view whole, std::string_view copy, arena& memory) {
  const std::less_equal<const char*> at_or_before;
  if (at_or_before(whole.data(), text.data()) && at_or_before(text.data() + text.size(), whole.data() + whole.size())) {
    return copy.substr(static_cast<std::size_t>(text.data() - whole.data()), text.size());
  }
  return memory.copy(text);
}

void pin(http::request_head& head, arena& memory) {
  const std::string_view arrived = head.target;
  head.target = memory.copy(arrived);
  head.path = rebase(head.path, arrived, head.target, memory);
  head.query = rebase(head.query, arrived, head.target, memory);
  head.authority = memory.copy(head.authority);
  head.method_name = memory.copy(head.method_name);
  head.headers.pin(memory);
}

}  // namespace

dispatcher::dispatcher(net::worker& owner)
    : worker_(owner),
      batch_(std::make_unique<batch>()),
      immediate_(new exchange(*this), [](exchange* x) { delete x; }) {}

void dispatcher::release_exchange(exchange* x) {
  x->~exchange();
  frame_pool::release(x, sizeof *x);
}

dispatcher::~dispatcher() {
  while (first_ != nullptr) {
    exchange* left = first_;
    first_ = left->pinned_->next;
    left->pinned_->work.cancel();
    release_exchange(left);
  }
}

void dispatcher::use(std::unique_ptr<generation> next) {
  next->set_serial(++serial_);
  std::unique_ptr<generation> before = std::exchange(current_, std::move(next));
  if (before != nullptr && before->running() != 0) retired_.push_back(std::move(before));
}

void dispatcher::cancel_all() {
  to_cancel_ = first_;
  while (to_cancel_ != nullptr) {
    exchange& x = *to_cancel_;
    to_cancel_ = x.pinned_->next;
    const exchange::entry guard(x);
    x.cancel();
  }
}

bool dispatcher::must_pin(const http::request_head& head, http::head_memo* memo, bool body_complete) {
  route_request(head, memo);
  return !body_complete || must_suspend(*match_.route, head);
}

// What is told later must not depend on the exchange, which serves the next request by then.
void dispatcher::record(exchange& x) {
  static_assert(std::is_trivially_destructible_v<exchange_outcome>);
  arena& memory = batch_->memory;
  auto& outcome =
      *new (memory.allocate(sizeof(exchange_outcome), alignof(exchange_outcome))) exchange_outcome(x.describe());
  outcome.target = memory.copy(outcome.target);
  outcome.method_name =
      outcome.method == http::method::other ? memory.copy(outcome.method_name) : http::name_of(outcome.method);
  batch_->add(outcome);
}

http::stream_events& dispatcher::open(http::stream& wire, const http::request_head& head) {
  // In memory that the thread keeps: a pinned exchange comes and goes with every request that waits.
  exchange_owner x(new (frame_pool::allocate(sizeof(exchange))) exchange(*this), release_exchange);
  x->pinned_ = new pinned_state(*x, worker_);
  pinned_state& state = *x->pinned_;
  state.head = head;
  pin(state.head, state.memory);
  x->route_ = match_.route;
  for (std::size_t i = 0; i != match_.parameter_count; ++i) {
    x->parameters_[i] = rebase(match_.parameters[i], head.target, state.head.target, state.memory);
  }
  x->start(wire, state.head, state.memory);
  // These outlive the connection.
  const net::transport& from = wire.transport();
  x->peer_ = from.peer();
  x->secure_ = from.secure();
  if (from.identity() != nullptr) state.identity = std::make_unique<const net::peer_identity>(*from.identity());
  state.serving = current_.get();
  state.serving->enter();
  state.next = first_;
  if (first_ != nullptr) first_->pinned_->previous = x.get();
  first_ = x.release();
  ++running_;
  return *first_;
}

void dispatcher::begin(http::stream_events& opened) {
  auto& x = static_cast<exchange&>(opened);
  const exchange::entry guard(x);
  x.advance();
}

void dispatcher::ended(exchange& x) {
  pinned_state& state = *x.pinned_;
  if (x.route_->has_complete_hooks) {
    exchange_outcome outcome = x.describe();
    outcome.duration = worker_.time().steady() - x.accepted_at_;
    if (state.cut) outcome.result = exchange_result::cut;
    tell(outcome);
  }
  if (to_cancel_ == &x) to_cancel_ = state.next;
  (state.previous == nullptr ? first_ : state.previous->pinned_->next) = state.next;
  if (state.next != nullptr) state.next->pinned_->previous = state.previous;
  --running_;
  generation& served = *state.serving;
  release_exchange(&x);
  release(served);
}

void dispatcher::release(generation& left) {
  if (!left.leave() || &left == current_.get()) return;
  std::erase_if(retired_, [&](const auto& each) { return each.get() == &left; });
}

void dispatcher::refuse(http::stream& wire, const http::head_error& error) {
  arena& memory = batch_->memory;
  response answer(memory);
  const problem what(error.status, error.code, sentence::lasting(error.detail));
  answer.status(error.status).content_type(problem::media_type).body(what.render(memory));
  wire.respond({error.status, &answer.headers(), {}}, answer.body());
  const route& malformed = current_->malformed();
  if (!malformed.has_complete_hooks) return;
  auto& outcome = memory.make<exchange_outcome>();
  outcome.route = &malformed;
  outcome.result = exchange_result::malformed;
  outcome.method = http::method::other;
  outcome.status = error.status;
  outcome.code = error.code;
  outcome.entered = static_cast<std::uint16_t>(malformed.stages.size());
  outcome.accepted_at = worker_.time().steady();
  outcome.peer = wire.transport().peer();
  outcome.bytes_out = wire.bytes_out();
  batch_->add(outcome);
}

void dispatcher::tell(const exchange_outcome& outcome) {
  const std::vector<stage_hooks>& stages = outcome.route->stages;
  for (std::size_t i = outcome.entered; i-- > 0;) {
    if (stages[i].on_complete == nullptr) continue;
    try {
      stages[i].on_complete(stages[i].instance, outcome);
    } catch (const std::exception& what) {
      log::error("a stage's on_complete threw", log::field("stage", stages[i].name), log::field("what", what.what()));
    } catch (...) {
      log::error("a stage's on_complete threw", log::field("stage", stages[i].name));
    }
  }
}

void dispatcher::complete(batch& sent, bool delivered) {
  if (sent.first != nullptr) {
    // One reading of the clock tells the time of the whole batch: it left in one write.
    clock& time = worker_.time();
    const auto now = time.manual() ? time.steady() : std::chrono::steady_clock::now();
    for (exchange_outcome* outcome = sent.first; outcome != nullptr; outcome = outcome->next) {
      outcome->duration = now - outcome->accepted_at;
      if (!delivered) outcome->result = exchange_result::cut;
      tell(*outcome);
    }
    sent.first = sent.last = nullptr;
  }
  sent.memory.clear();
}

void dispatcher::batch_sent(bool delivered) { complete(*batch_, delivered); }

void* dispatcher::detach_batch() {
  if (batch_->first == nullptr) {
    // The bytes are the connection's by now; nobody else looks at this memory.
    batch_->memory.clear();
    return nullptr;
  }
  batch_->serving = current_.get();
  batch_->serving->enter();
  batch* detached = batch_.release();
  batch_ = take_batch();
  return detached;
}

std::unique_ptr<dispatcher::batch> dispatcher::take_batch() {
  if (spare_batches_.empty()) return std::make_unique<batch>();
  std::unique_ptr<batch> spare = std::move(spare_batches_.back());
  spare_batches_.pop_back();
  return spare;
}

void dispatcher::detached_sent(void* detached, bool delivered) {
  std::unique_ptr<batch> sent(static_cast<batch*>(detached));
  generation& served = *std::exchange(sent->serving, nullptr);
  complete(*sent, delivered);
  release(served);
  constexpr std::size_t most_spares = 16;
  if (spare_batches_.size() < most_spares) spare_batches_.push_back(std::move(sent));
}

}  // namespace candela
