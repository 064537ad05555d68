// Bodies on their way: buffered or streamed, through the filters, with backpressure in both directions.
#include <algorithm>
#include <candela/server/detail/exchange_entry.hpp>
#include <candela/server/dispatcher.hpp>
#include <candela/server/exchange.hpp>
#include <candela/server/pinned_state.hpp>
#include <cstring>
#include <limits>
#include <stdexcept>

namespace candela {

namespace {

constexpr std::size_t first_body_capacity = 4096;

problem body_too_large() { return problem::too_large("The request's body is larger than this resource accepts."); }

}  // namespace

/// Gathers what filters make, in the exchange's arena, up to a limit.
class exchange::buffer_sink final : public body_sink {
 public:
  buffer_sink(candela::arena& memory, std::size_t limit) noexcept : memory_(memory), limit_(limit) {}
  bool append(std::string_view bytes) override {
    full = full || bytes.size() > limit_ - size_;
    if (full || bytes.empty()) return !full;
    if (size_ + bytes.size() > capacity_) {
      capacity_ = std::max(2 * capacity_, std::max(first_body_capacity, size_ + bytes.size()));
      char* larger = static_cast<char*>(memory_.allocate(capacity_, 1));
      if (size_ != 0) std::memcpy(larger, bytes_, size_);
      bytes_ = larger;
    }
    std::memcpy(bytes_ + size_, bytes.data(), bytes.size());
    size_ += bytes.size();
    return true;
  }
  [[nodiscard]] std::string_view text() const noexcept { return {bytes_, size_}; }
  bool full = false;  // there was more

 private:
  candela::arena& memory_;
  std::size_t limit_;
  char* bytes_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

/// Where a request's body goes behind the filters.
class exchange::queue_sink final : public body_sink {
 public:
  explicit queue_sink(exchange& x) noexcept : exchange_(x) {}
  bool append(std::string_view bytes) override {
    if (exchange_.route_->options.body != body_mode::streamed) return exchange_.append_body(bytes);
    pinned_state& state = *exchange_.pinned_;
    state.filtered += bytes.size();
    const std::size_t allowed = exchange_.route_->options.max_expansion_bytes;
    full = full || (state.filtered > exchange_.bytes_in_ && state.filtered - exchange_.bytes_in_ > allowed);
    if (!full) state.inbound.append(bytes);
    return !full;
  }
  bool full = false;  // filters made more of a streamed body than they may

 private:
  exchange& exchange_;
};

/// Where a streamed response goes behind the filters.
class exchange::stream_sink final : public body_sink {
 public:
  explicit stream_sink(exchange& x) noexcept : exchange_(x) {}
  bool append(std::string_view bytes) override {
    if (exchange_.wire_ != nullptr && !exchange_.wire_->write(bytes)) blocked = true;
    return exchange_.wire_ != nullptr;
  }
  bool blocked = false;

 private:
  exchange& exchange_;
};

std::string_view exchange::filtered(std::string_view body) {
  buffer_sink out(*memory_, std::numeric_limits<std::size_t>::max());
  if (!body.empty()) {
    if (auto failed = output_filters_.push(*this, body, out)) throw std::move(*failed);
  }
  if (auto failed = output_filters_.end(*this, out)) throw std::move(*failed);
  return out.text();
}

// Called when the next stage or the handler needs the body: true when it is there, or when there is an answer instead.
bool exchange::body_ready() {
  if (pinned_ == nullptr) {
    if (!body_open_) {
      body_open_ = true;
      if (!input_filters_.empty()) {
        buffer_sink out(*memory_, route_->options.max_body_bytes);
        auto failed = request_.body_.empty() ? std::nullopt : input_filters_.push(*this, request_.body_, out);
        if (!failed && !out.full) failed = input_filters_.end(*this, out);
        if (!failed && out.full) failed = body_too_large();
        if (failed) {
          fail(*failed);
          phase_ = phase::response;
        }
        request_.body_ = out.text();
      }
      if (request_.body_.size() > route_->options.max_body_bytes && phase_ != phase::response) {
        fail(body_too_large());
        phase_ = phase::response;
      }
    }
    return true;
  }
  if (!body_open_) open_body();
  if (phase_ == phase::response) return true;
  return route_->options.body != body_mode::buffered || pinned_->body_complete;
}

// The stages that need only the head have passed the request: from here on its body is wanted.
void exchange::open_body() {
  pinned_state& state = *pinned_;
  body_open_ = true;
  const bool buffered = route_->options.body == body_mode::buffered;
  if (buffered && request_.head_->framing == http::body_framing::length &&
      request_.head_->content_length > route_->options.max_body_bytes) {
    fail(body_too_large());
    phase_ = phase::response;
    return;
  }
  if (!state.input_ended && wire_ != nullptr && buffered) wire_->want_body();
  byte_queue raw;
  raw.swap(state.inbound);
  while (!raw.empty() && phase_ != phase::response) {
    const std::string_view piece = raw.front();
    take_piece(piece);
    raw.consume(piece.size());
  }
  if (state.input_ended && phase_ != phase::response) end_input();
}

void exchange::on_body(std::string_view piece) {
  const entry guard(*this);
  bytes_in_ += piece.size();
  if (!body_open_) {
    pinned_->inbound.append(piece);
    return;
  }
  take_piece(piece);
  // `take_piece` may have answered for a phase that nobody is running any more.
  if (phase_ == phase::response) return advance();
  if (pinned_->reader && !pinned_->inbound.empty()) std::exchange(pinned_->reader, nullptr).resume();
}

void exchange::take_piece(std::string_view piece) {
  pinned_state& state = *pinned_;
  if (head_sent_ && phase_ == phase::sent) return credit(piece.size());
  queue_sink target(*this);
  const bool streamed = route_->options.body == body_mode::streamed;
  state.owed += piece.size();
  if (input_filters_.empty()) {
    target.append(piece);
  } else {
    auto failed = input_filters_.push(*this, piece, target);
    if (!failed && target.full) failed = body_too_large();
    if (failed) refuse_input(*failed);
  }
  if (!streamed || state.inbound.empty()) credit(std::exchange(state.owed, 0));
}

// A filter has refused the body, or made too much of it.
void exchange::refuse_input(const problem& what) {
  pinned_->broken_code = what.code();
  if (phase_ == phase::body) {
    fail(what);
    phase_ = phase::response;
  } else {
    answer_now(what);
    cancel();
  }
}

// False: the body is refused by now.
bool exchange::append_body(std::string_view bytes) {
  pinned_state& state = *pinned_;
  if (phase_ == phase::response) return false;
  if (state.body_bytes + bytes.size() > route_->options.max_body_bytes) {
    fail(body_too_large());
    phase_ = phase::response;
    return false;
  }
  if (state.body_bytes + bytes.size() > state.body_capacity) {
    // What a length announces is believed only up to the first buffer: memory grows with what has arrived.
    state.body_capacity = std::max({2 * state.body_capacity, first_body_capacity, state.body_bytes + bytes.size()});
    char* larger = static_cast<char*>(memory_->allocate(state.body_capacity, 1));
    if (state.body_bytes != 0) std::memcpy(larger, state.body, state.body_bytes);
    state.body = larger;
  }
  std::memcpy(state.body + state.body_bytes, bytes.data(), bytes.size());
  state.body_bytes += bytes.size();
  return true;
}

void exchange::on_body_end() {
  const entry guard(*this);
  pinned_->input_ended = true;
  start_deadline();
  if (!body_open_) return;
  end_input();
  if (phase_ == phase::body || phase_ == phase::response) advance();
}

void exchange::end_input() {
  pinned_state& state = *pinned_;
  if (!input_filters_.empty()) {
    queue_sink target(*this);
    auto failed = input_filters_.end(*this, target);
    if (!failed && target.full) failed = body_too_large();
    if (failed) return refuse_input(*failed);
  }
  state.body_complete = true;
  request_.body_ = {state.body, state.body_bytes};
  if (state.reader) std::exchange(state.reader, nullptr).resume();
}

void exchange::on_body_refused(std::uint16_t status, std::string_view code, std::string_view detail) {
  const entry guard(*this);
  pinned_->broken_code = code;
  answer_now(problem(status, code, sentence::lasting(detail)));
  cancel();
}

void exchange::credit(std::size_t bytes) {
  if (wire_ != nullptr && bytes != 0) wire_->credit(bytes);
}

/// Waits until there is something to read, the body's end, or a cancellation.
class exchange::body_awaiter {
 public:
  explicit body_awaiter(exchange& x) noexcept : exchange_(x) {}
  bool await_ready() const noexcept {
    const pinned_state& state = *exchange_.pinned_;
    return !state.inbound.empty() || state.body_complete || exchange_.cancelled_;
  }
  void await_suspend(std::coroutine_handle<> waiting) noexcept { exchange_.pinned_->reader = waiting; }
  void await_resume() const noexcept {}

 private:
  exchange& exchange_;
};

task<std::expected<std::string_view, error>> exchange::read() {
  pinned_state& state = pinned();
  if (route_->options.body != body_mode::streamed) throw std::logic_error("read() is for streamed routes");
  if (state.being_read != 0) {
    state.inbound.consume(std::exchange(state.being_read, 0));
    if (state.inbound.empty()) credit(std::exchange(state.owed, 0));
  }
  if (!state.body_asked) {
    state.body_asked = true;
    if (wire_ != nullptr) wire_->want_body();
  }
  body_awaiter piece(*this);
  co_await piece;
  if (!state.broken_code.empty()) co_return std::unexpected(error(errc::invalid, std::string(state.broken_code)));
  if (cancelled_) co_return std::unexpected(error(errc::cancelled));
  const std::string_view front = state.inbound.front();
  state.being_read = front.size();
  co_return front;
}

/// Waits until what was written has drained, or a cancellation.
class exchange::drained_awaiter {
 public:
  explicit drained_awaiter(exchange& x) noexcept : exchange_(x) {}
  bool await_ready() const noexcept { return exchange_.cancelled_ || exchange_.wire_ == nullptr; }
  void await_suspend(std::coroutine_handle<> waiting) noexcept { exchange_.pinned_->writer = waiting; }
  void await_resume() const noexcept {}

 private:
  exchange& exchange_;
};

void exchange::on_drained() {
  const entry guard(*this);
  if (pinned_->writer) std::exchange(pinned_->writer, nullptr).resume();
}

/// Waits until the response hooks that are coroutines have ended.
class exchange::head_awaiter {
 public:
  explicit head_awaiter(exchange& x) noexcept : exchange_(x) {}
  bool await_ready() const { return exchange_.run_responses(); }
  void await_suspend(std::coroutine_handle<> waiting) noexcept { exchange_.pinned_->head_waiter = waiting; }
  void await_resume() const noexcept {}

 private:
  exchange& exchange_;
};

task<std::expected<void, error>> exchange::begin_streaming() {
  while (entered_ > 0) {
    head_awaiter hooks(*this);
    co_await hooks;
  }
  // A hook failed, or the time is over: that is the answer, and there is nothing to stream.
  if (phase_ == phase::response) send();
  if (phase_ == phase::sent || cancelled_ || wire_ == nullptr) co_return std::unexpected(error(errc::cancelled));
  head_sent_ = true;
  phase_ = phase::streaming;
  pinned_->deadline.cancel();
  if (!output_filters_.empty()) announced_length_.reset();
  wire_->start(response_.head(), announced_length_);
  co_return std::expected<void, error>();
}

task<std::expected<void, error>> exchange::write(std::string_view piece) {
  pinned();
  if (!head_sent_) {
    auto begun = co_await begin_streaming();
    if (!begun) co_return begun;
  }
  if (cancelled_ || wire_ == nullptr) co_return std::unexpected(error(errc::cancelled));
  stream_sink target(*this);
  if (auto failed = output_filters_.push(*this, piece, target)) {
    if (wire_ != nullptr) wire_->reset();
    co_return std::unexpected(error(errc::invalid, std::string(failed->code())));
  }
  if (target.blocked) {
    drained_awaiter drained(*this);
    co_await drained;
  }
  if (cancelled_) co_return std::unexpected(error(errc::cancelled));
  co_return std::expected<void, error>();
}

void exchange::finish_streaming() {
  phase_ = phase::sent;
  if (wire_ == nullptr) return;
  stream_sink target(*this);
  // A response that stopped because its request broke is no whole one.
  const bool torn = !pinned_->broken_code.empty() || output_filters_.end(*this, target).has_value();
  if (wire_ == nullptr) return;
  if (torn) return wire_->reset();
  pinned_->response_ended = true;
  wire_->finish();
}

}  // namespace candela
