// From bytes to requests: the reading half of a connection.
#include <algorithm>
#include <candela/core/poison.hpp>
#include <candela/http/detail/h1_entry.hpp>
#include <candela/http/detail/remembered_head.hpp>
#include <candela/http/h1_connection.hpp>
#include <cstring>

namespace candela::http {

namespace {

// Heads in a row that were not like the remembered one before we stop copying each; then one in sixteen is tried.
constexpr std::uint8_t patience = 4;

}  // namespace

void h1_connection::on_readable() {
  const entry guard(*this);
  do {
    read_once();
  } while (!over_ && reading_ && !waits_for_ring_ && transport_->has_pending());
  if (!over_) after_input();
}

void h1_connection::read_once() {
  const std::span<char> slab = context_.worker_.read_slab();
  unpoison(slab.data(), slab.size());
  const std::size_t held = held_.size();
  if (held != 0) std::memcpy(slab.data(), held_.data(), held);
  const net::io_result result = transport_->read(slab.subspan(held));
  switch (result.status) {
    case net::io_status::done:
      held_.clear();
      process(slab.data(), slab.data() + held + result.bytes);
      break;
    case net::io_status::would_block: break;
    case net::io_status::ended: on_peer_ended(); break;
    case net::io_status::failed: cut(cut_reason::peer_gone, true); break;
  }
  poison(slab.data(), slab.size());
}

void h1_connection::process_held() {
  const std::span<char> slab = context_.worker_.read_slab();
  unpoison(slab.data(), slab.size());
  const std::size_t held = held_.size();
  std::memcpy(slab.data(), held_.data(), held);
  held_.clear();
  process(slab.data(), slab.data() + held);
  poison(slab.data(), slab.size());
}

void h1_connection::process(char* begin, char* end) {
  in_read_ = true;
  context_.writer_.set_time(context_.worker_.time().wall());
  while (begin != end && !over_) {
    if (slab_sent_) [[unlikely]] {
      // Whoever pipelines many requests for large answers must not make us keep the memory of all of them.
      write_out();
      continue;
    }
    if (is_repeated(begin, end)) {
      begin = serve_repeated(begin, end);
      continue;
    }
    char* next = begin;
    switch (phase_) {
      case phase::head: next = take_head(begin, end); break;
      case phase::length_body: next = take_length_body(begin, end); break;
      case phase::chunked_body: next = take_chunked_body(begin, end); break;
      case phase::closing:
      case phase::lingering: next = end; break;
    }
    if (next == nullptr) break;
    begin = next;
  }
  // What is told of its answer may compose another one.
  do {
    if (!over_) write_out();
  } while (!over_ && slab_used_ != 0);
  in_read_ = false;
}

// The head before this one once more, with nothing under way that it could have to wait for.
inline bool h1_connection::is_repeated(const char* begin, const char* end) const noexcept {
  return repeated_ != nullptr && phase_ == phase::head && first_ == nullptr && out_.empty() &&
         repeated_->matches(begin, end);
}

inline char* h1_connection::serve_repeated(char* begin, char* end) {
  const request_head& head = remembered_->head();
  misses_ = 0;
  head_begun_ = empty_line_seen_ = false;
  do {
    direct_.begin_again();
    if (!context_.sink_.serve_again(direct_, head, remembered_->memo())) {
      repeated_ = nullptr;
      return dispatch(head, &remembered_->memo(), begin, end);
    }
    begin += head.bytes;
    if (!direct_.finished_) {
      cut(cut_reason::peer_gone, true);
      break;
    }
  } while (!slab_sent_ && !over_ && is_repeated(begin, end));
  return begin;
}

void h1_connection::hold(const char* begin, const char* end) { held_.assign(begin, end); }

char* h1_connection::take_head(char* begin, char* end) {
  // One empty line in front of a request is forgiven (RFC 9112, section 2.2).
  if (*begin == '\r' && !empty_line_seen_ && (end - begin == 1 || begin[1] == '\n')) {
    if (end - begin == 1) return hold(begin, end), nullptr;
    empty_line_seen_ = true;
    return begin + 2;
  }
  // What follows a request to upgrade may be another protocol's.
  if (last_ != nullptr && last_->upgrades_) {
    waits_for_ring_ = true;
    return hold(begin, end), nullptr;
  }
  const h1_settings& settings = context_.settings_;
  if (expects_repetition_ && remembered_ != nullptr) {
    if (remembered_->matches(begin, end)) {
      misses_ = 0;
      return dispatch(remembered_->head(), &remembered_->memo(), begin, end);
    }
    if (remembered_->adapts(begin, end, settings.head)) {
      misses_ = 0;
      repeated_ = nullptr;
      return dispatch(remembered_->head(), nullptr, begin, end);
    }
    expects_repetition_ = misses_ < patience;
  }
  // Another head will use `direct_`.
  repeated_ = nullptr;
  if (expects_repetition_ || misses_ % 16 == 0) {
    if (remembered_ == nullptr) remembered_ = std::make_unique<detail::remembered_head>();
    ++misses_;
    expects_repetition_ = remembered_->learn(begin, end, settings.head);
    if (expects_repetition_) return dispatch(remembered_->head(), &remembered_->memo(), begin, end);
    expects_repetition_ = misses_ < patience;
  } else {
    ++misses_;
  }
  request_head& head = context_.head_;
  head.headers.clear();
  head_error error;
  switch (parse_head(begin, end, settings.head, head, error)) {
    case head_outcome::complete: return dispatch(head, nullptr, begin, end);
    case head_outcome::incomplete: return hold(begin, end), nullptr;
    case head_outcome::refused: refuse_request(error); return end;
  }
  return nullptr;
}

// Answers leave in the order of the requests, so that those behind a slow one wait in memory: their number is bounded,
// and nothing that changes state runs beside another request of its connection (RFC 9112, section 9.3.2).
bool h1_connection::must_wait(const request_head& head) const noexcept {
  if (out_.size() >= context_.settings_.write_high_mark) return true;
  if (first_ == nullptr) return false;
  const bool safe = head.method == method::get || head.method == method::head || head.method == method::options;
  if (!safe || ring_size_ >= context_.settings_.max_pipelined) return true;
  for (const h1_stream* stream = first_; stream != nullptr; stream = stream->next_) {
    // An answer to HTTP/1.0 may have to end with the connection.
    if (!stream->safe() || stream->minor_version_ == 0) return true;
  }
  return false;
}

char* h1_connection::dispatch(const request_head& head, head_memo* memo, char* begin, char* end) {
  const bool others = first_ != nullptr;
  if ((others || !out_.empty()) && must_wait(head)) {
    waits_for_ring_ = true;
    return hold(begin, end), nullptr;
  }
  head_begun_ = empty_line_seen_ = false;
  char* body = begin + head.bytes;
  const std::uint64_t bytes = head.framing == body_framing::length ? head.content_length : 0;
  const bool complete = head.framing != body_framing::chunked && bytes <= static_cast<std::uint64_t>(end - body);
  last_request_ = !head.keep_alive || (draining_ && complete && body + bytes == end);
  if (!others) {
    direct_.begin(head);
    direct_.keep_alive_ = !last_request_;
    direct_.usual_ = direct_.keep_alive_ && head.method != method::head && head.minor_version == 1 && out_.empty();
    if (!context_.sink_.try_serve(direct_, head, memo, {body, complete ? bytes : 0}, complete))
      return open_stream(head, body, end);
    if (!direct_.finished_) cut(cut_reason::peer_gone, true);
    // From now on `direct_` stands as this head wants it.
    if (memo != nullptr && !draining_) repeated_ = remembered_.get();
  } else {
    if (context_.sink_.must_pin(head, memo, complete)) return open_stream(head, body, end);
    serve_behind(head, {body, bytes});
  }
  if (last_request_ && phase_ == phase::head) phase_ = phase::closing;
  return body + bytes;
}

// Behind others an answer waits with its stream, and what belongs to it must wait, too.
void h1_connection::serve_behind(const request_head& head, std::string_view body) {
  write_out();
  if (over_) return;
  h1_stream& stream = add_stream(head);
  context_.sink_.serve(stream, head, body);
  stream.batch_ = context_.sink_.detach_batch();
  advance_ring();
}

h1_stream& h1_connection::add_stream(const request_head& head) {
  auto* stream = new h1_stream(*this);
  stream->begin(head);
  stream->keep_alive_ = !last_request_;
  stream->upgrades_ = head.upgrade;
  (last_ == nullptr ? first_ : last_->next_) = stream;
  last_ = stream;
  ++ring_size_;
  return *stream;
}

char* h1_connection::open_stream(const request_head& head, char* body, char* end) {
  h1_stream& stream = add_stream(head);
  body_left_ = head.content_length;
  dropped_ = 0;
  body_stream_ = &stream;
  const bool has_body =
      head.framing == body_framing::chunked || (head.framing == body_framing::length && body_left_ != 0);
  if (has_body) {
    phase_ = head.framing == body_framing::chunked ? phase::chunked_body : phase::length_body;
    if (phase_ == phase::chunked_body) chunks_ = std::make_unique<chunked_decoder>(context_.settings_.chunks);
  }
  stream_events& opened = context_.sink_.open(stream, head);
  stream.events_ = &opened;
  if (!has_body) end_body();
  unread_ = {body, static_cast<std::size_t>(end - body)};
  context_.sink_.begin(opened);
  unread_ = {};
  return body;
}

void h1_connection::refuse_request(const head_error& error) {
  held_.clear();
  request_head nothing;
  nothing.keep_alive = false;
  last_request_ = true;
  context_.writer_.set_time(context_.worker_.time().wall());
  if (first_ == nullptr) {
    direct_.begin(nothing);
    context_.sink_.refuse(direct_, error);
    if (!in_read_) keep_batch();
  } else {
    // What was answered in this read is no part of what is kept with the stream.
    if (in_read_) write_out();
    if (over_) return;
    h1_stream& stream = add_stream(nothing);
    context_.sink_.refuse(stream, error);
    stream.batch_ = context_.sink_.detach_batch();
    advance_ring();
  }
  phase_ = phase::closing;
  context_.worker_.mark_dirty(*this, net::flush_order::connections);
}

// An answer that no batch is under way for: what belongs to it is told when its bytes have left.
void h1_connection::keep_batch() {
  if (void* batch = context_.sink_.detach_batch(); batch != nullptr) batches_.push_back({batch, queued_total_});
}

void h1_connection::on_peer_ended() {
  peer_ended_ = true;
  if (phase_ == phase::lingering) return cut(cut_reason::peer_gone, false);
  if (phase_ == phase::length_body || phase_ == phase::chunked_body) {
    refuse_body({400, "incomplete_body", "The connection ended within the request's body."});
    if (over_) return;
  }
  // Requests that wait for their turn were sent whole and are answered; half a head is nothing to answer.
  if (!waits_for_ring_) {
    held_.clear();
    head_begun_ = false;
    begin_closing();
  }
  if (over_ || first_ == nullptr) return;
  read_timer_.arm(context_.worker_.time().steady() + context_.settings_.half_close_grace);
}

// A peer that only ended its side looks like one that has gone for good: it may wait for its answer, but not for long.
void h1_connection::on_grace_over() {
  if (first_ == nullptr) return;
  if (!first_->started_) return cut(cut_reason::peer_gone, false);
  read_timer_.arm(context_.worker_.time().steady() + context_.settings_.half_close_grace);
}

void h1_connection::after_input() {
  const auto now = context_.worker_.time().steady();
  const h1_settings& settings = context_.settings_;
  if (phase_ == phase::closing) {
    begin_closing();
  } else if (peer_ended_) {
    // The time that its answers may take runs already.
  } else if (phase_ != phase::head) {
    if (phase_ != phase::lingering) read_timer_.arm(h1_stream::body_due(*this, now));
  } else if (!held_.empty() && !waits_for_ring_) {
    if (!std::exchange(head_begun_, true)) read_timer_.arm(now + settings.header_timeout);
  } else if (draining_ && first_ == nullptr && held_.empty()) {
    begin_closing();
  } else {
    read_timer_.arm(now + settings.idle_timeout);
  }
  if (!over_) update_reading();
}

void h1_connection::update_reading() {
  bool wanted = !peer_ended_ && phase_ != phase::closing;
  if (phase_ != phase::lingering) {
    wanted = wanted && !waits_for_ring_ && uncredited_ < context_.settings_.body_window &&
             out_.size() < context_.settings_.write_high_mark;
  }
  if (wanted == reading_) return;
  reading_ = wanted;
  if (wanted && body_stream_ != nullptr) {
    // The time in which we did not read was not the peer's.
    body_stream_->body_due_ = {};
    read_timer_.arm(context_.worker_.time().steady() + context_.settings_.body_timeout);
  }
  transport_->want_read(wanted);
}

}  // namespace candela::http
