// From responses to bytes: the writing half of a connection.
#include <array>
#include <candela/core/text.hpp>
#include <candela/http/detail/h1_entry.hpp>
#include <candela/http/detail/usual_head.hpp>
#include <candela/http/h1_connection.hpp>
#include <candela/http/status.hpp>
#include <charconv>
#include <cstring>

namespace candela::http {

namespace {

constexpr std::string_view continue_line = "HTTP/1.1 100 Continue\r\n\r\n";
constexpr std::string_view last_chunk = "0\r\n\r\n";

}  // namespace

bool h1_connection::must_close_after(const h1_stream& stream) const noexcept {
  if (!stream.keep_alive_) return true;
  // What ends the connection was read behind the requests that come first: their answers do not announce it.
  if (phase_ == phase::closing && stream.next_ == nullptr) return true;
  // A client that still waits for its 100 may send the body or not: only the connection's end makes it plain.
  if (body_stream_ == &stream && stream.expects_continue_) return true;
  return draining_ && !in_read_ && &stream == last_ && held_.empty();
}

// The way of nearly every answer: composed at once where it is sent from.
inline bool h1_connection::respond_in_slab(const response_head& head, std::string_view body) {
  char* const start = context_.slab_begin_ + slab_used_;
  char* const limit = context_.slab_end_;
  char* end = context_.writer_.write_usual(start, limit, head, body.size());
  if (end == nullptr || static_cast<std::size_t>(limit - end) < body.size()) return false;
  end = copy_short(end, body);
  const auto bytes = static_cast<std::size_t>(end - start);
  slab_used_ += bytes;
  queued_total_ += bytes;
  direct_.bytes_out_ = bytes;
  direct_.started_ = direct_.finished_ = true;
  return true;
}

void h1_stream::respond(const response_head& head, std::string_view body) {
  if (usual_ && connection_.respond_in_slab(head, body)) return;
  connection_.respond(*this, head, body);
}

// Whether more of the request's body is to come than is worth reading for the sake of the connection.
bool h1_connection::leaves_too_much(const h1_stream& stream) const noexcept {
  return body_stream_ == &stream && phase_ == phase::length_body && body_left_ > context_.settings_.early_discard_bytes;
}

void h1_connection::respond(h1_stream& stream, const response_head& head, std::string_view body) {
  if (over_ || stream.started_) return;
  stream.started_ = true;
  head_framing framing = stream.frame(head, body.size());
  framing.announce_close = must_close_after(stream) || leaves_too_much(stream);
  framing.announce_keep_alive = stream.minor_version_ == 0 && !framing.announce_close;
  const bool without_body = stream.method_ == method::head || framing.framing == response_framing::none;
  put_head(stream, head, framing, without_body ? std::string_view() : body);
  if (framing.announce_close) phase_ = phase::closing;
  answered(stream);
}

void h1_connection::start(h1_stream& stream, const response_head& head, std::optional<std::uint64_t> length) {
  if (over_ || stream.started_) return;
  stream.started_ = true;
  head_framing framing = stream.frame(head, length);
  stream.length_left_ = length.value_or(0);
  framing.announce_close = must_close_after(stream);
  framing.announce_keep_alive = stream.minor_version_ == 0 && !framing.announce_close;
  if (framing.announce_close) stream.keep_alive_ = false;
  put_head(stream, head, framing, {});
  if (!in_read_) context_.worker_.mark_dirty(*this, net::flush_order::connections);
}

bool h1_connection::write(h1_stream& stream, std::string_view piece) {
  if (over_ || stream.finished_ || piece.empty()) return true;
  if (stream.framing_ == response_framing::length) {
    if (piece.size() > stream.length_left_) {
      // More than was announced would be taken for the next response.
      cut(cut_reason::peer_gone, true);
      return true;
    }
    stream.length_left_ -= piece.size();
  }
  if (stream.method_ == method::head || stream.framing_ == response_framing::none) return true;
  if (stream.framing_ == response_framing::chunked) {
    std::array<char, 18> size_line;
    char* end = std::to_chars(size_line.data(), size_line.data() + 16, piece.size(), 16).ptr;
    *end++ = '\r';
    *end++ = '\n';
    put(stream, {size_line.data(), static_cast<std::size_t>(end - size_line.data())});
    put(stream, piece);
    put(stream, "\r\n");
  } else {
    put(stream, piece);
  }
  const std::size_t waiting = is_first(stream) ? out_.size() + slab_used_ : stream.waiting_.size();
  stream.blocked_ = waiting >= context_.settings_.write_high_mark;
  return !stream.blocked_;
}

void h1_connection::finish(h1_stream& stream) {
  if (over_ || stream.finished_) return;
  const bool torn = stream.framing_ == response_framing::length && stream.length_left_ != 0;
  if (torn && stream.method_ != method::head) return cut(cut_reason::peer_gone, true);
  if (stream.framing_ == response_framing::chunked && stream.method_ != method::head) put(stream, last_chunk);
  if (!stream.keep_alive_ || leaves_too_much(stream)) phase_ = phase::closing;
  answered(stream);
}

void h1_connection::want_body(h1_stream& stream) {
  if (over_ || stream.started_ || !std::exchange(stream.expects_continue_, false)) return;
  // Bytes of the body that have come show that the client did not wait.
  if (stream.uncredited_ == 0) put(stream, continue_line);
  if (!in_read_) context_.worker_.mark_dirty(*this, net::flush_order::connections);
}

void h1_connection::credit(h1_stream& stream, std::size_t bytes) {
  if (over_) return;
  bytes = std::min(bytes, stream.uncredited_);
  stream.uncredited_ -= bytes;
  uncredited_ -= bytes;
  if (!reading_ && uncredited_ < context_.settings_.body_window) {
    context_.worker_.mark_dirty(*this, net::flush_order::connections);
  }
}

void h1_connection::put_head(h1_stream& stream, const response_head& head, const head_framing& framing,
                             std::string_view body) {
  const std::uint64_t before = queued_total_;
  if (is_first(stream) && put_in_slab(head, framing, body)) {
    stream.bytes_out_ += queued_total_ - before;
    return;
  }
  context_.writer_.set_time(context_.worker_.time().wall());
  // Not in the slab: another connection may be composing its answers there, and ours be resumed by one of its requests.
  std::array<char, 2048> small;
  const std::size_t bound = context_.writer_.bound(head);
  std::vector<char> large(bound > small.size() ? bound : 0);
  char* start = large.empty() ? small.data() : large.data();
  char* end = context_.writer_.write(start, head, framing);
  put(stream, {start, static_cast<std::size_t>(end - start)});
  put(stream, body);
}

bool h1_connection::put_in_slab(const response_head& head, const head_framing& framing, std::string_view body) {
  if (!in_read_ || !out_.empty()) return false;
  const std::span<char> slab = context_.worker_.write_slab();
  const std::size_t bound = context_.writer_.bound(head);
  if (bound + body.size() > slab.size() - slab_used_) {
    if (slab_used_ != 0) send_slab({});
    if (!out_.empty() || bound > slab.size()) return false;
  }
  char* start = slab.data() + slab_used_;
  char* end = context_.writer_.write(start, head, framing);
  queued_total_ += static_cast<std::size_t>(end - start) + body.size();
  if (body.size() <= slab.size() - static_cast<std::size_t>(end - slab.data())) {
    // An empty view may have no address at all.
    if (!body.empty()) std::memcpy(end, body.data(), body.size());
    slab_used_ = static_cast<std::size_t>(end - slab.data()) + body.size();
  } else {
    slab_used_ = static_cast<std::size_t>(end - slab.data());
    send_slab(body);
  }
  return true;
}

void h1_connection::put(h1_stream& stream, std::string_view bytes) {
  if (bytes.empty() || failed_) return;
  stream.bytes_out_ += bytes.size();
  if (!is_first(stream)) return stream.waiting_.append(bytes);
  queued_total_ += bytes.size();
  const std::span<char> slab = context_.worker_.write_slab();
  if (in_read_ && out_.empty() && bytes.size() <= slab.size() - slab_used_) {
    std::memcpy(slab.data() + slab_used_, bytes.data(), bytes.size());
    slab_used_ += bytes.size();
    return;
  }
  if (in_read_ && slab_used_ != 0) {
    queued_total_ -= bytes.size();
    send_slab({});
    queued_total_ += bytes.size();
  }
  out_.append(bytes);
  if (!in_read_) context_.worker_.mark_dirty(*this, net::flush_order::connections);
}

void h1_connection::answered(h1_stream& stream) {
  stream.finished_ = true;
  if (&stream == &direct_) {
    stream.ends_at_ = queued_total_;
    return;
  }
  if (body_stream_ == &stream) drop_body();
  if (stream.events_ != nullptr) advance_ring();
  if (!in_read_) context_.worker_.mark_dirty(*this, net::flush_order::connections);
}

void h1_connection::advance_ring() {
  while (first_ != nullptr && first_->finished_) {
    h1_stream* done = std::exchange(first_, first_->next_);
    if (first_ == nullptr) last_ = nullptr;
    --ring_size_;
    retire(*done);
    if (first_ == nullptr || first_->waiting_.empty()) continue;
    if (slab_used_ != 0) send_slab({});
    queued_total_ += first_->waiting_.size();
    out_.append(std::move(first_->waiting_));
  }
  if (waits_for_ring_ || draining_ || phase_ == phase::closing) {
    context_.worker_.mark_dirty(*this, net::flush_order::connections);
  }
}

void h1_connection::retire(h1_stream& stream) {
  stream.next_ = nullptr;
  stream.ends_at_ = queued_total_;
  (retired_last_ == nullptr ? retired_first_ : retired_last_->next_) = &stream;
  retired_last_ = &stream;
}

void h1_connection::send_slab(std::string_view behind) {
  const std::array<std::string_view, 2> pieces = {
      std::string_view(context_.worker_.write_slab().data(), std::exchange(slab_used_, 0)), behind};
  slab_sent_ = true;
  if (failed_) return;
  const net::io_result result = transport_->write(std::span(pieces).first(behind.empty() ? 1 : 2));
  if (result.status == net::io_status::failed) {
    failed_ = true;
    return;
  }
  std::size_t sent = result.bytes;
  for (const std::string_view piece : pieces) {
    const std::size_t gone = std::min(sent, piece.size());
    out_.append(piece.substr(gone));
    sent -= gone;
  }
}

void h1_connection::write_out() {
  if (slab_used_ != 0) send_slab({});
  slab_sent_ = false;
  if (!out_.empty() && !failed_) send_queue();
  if (failed_) return cut(cut_reason::peer_gone, true);
  if (out_.empty() == write_wanted_) {
    write_wanted_ = !out_.empty();
    transport_->want_write(write_wanted_);
    write_wanted_ ? write_timer_.arm(context_.worker_.time().steady() + context_.settings_.write_timeout)
                  : write_timer_.cancel();
  }
  confirm_sent();
}

void h1_connection::send_queue() {
  std::array<std::string_view, 64> pieces;
  while (!out_.empty() && !failed_) {
    const std::size_t count = out_.gather(pieces);
    std::size_t asked = 0;
    for (std::size_t i = 0; i != count; ++i) asked += pieces[i].size();
    const net::io_result result = transport_->write(std::span(pieces).first(count));
    if (result.status == net::io_status::failed) failed_ = true;
    if (result.status != net::io_status::done) break;
    out_.consume(result.bytes);
    if (write_timer_.armed()) write_timer_.arm(context_.worker_.time().steady() + context_.settings_.write_timeout);
    if (result.bytes < asked) break;
  }
}

void h1_connection::confirm_sent() {
  request_sink& sink = context_.sink_;
  const std::uint64_t sent = queued_total_ - out_.size();
  if (in_read_) {
    if (out_.empty()) {
      sink.batch_sent(true);
    } else if (void* batch = sink.detach_batch(); batch != nullptr) {
      batches_.push_back({batch, queued_total_});
    }
  }
  while (!batches_.empty() && batches_.front().ends_at <= sent) {
    void* batch = batches_.front().batch;
    batches_.erase(batches_.begin());
    sink.detached_sent(batch, true);
  }
  while (retired_first_ != nullptr && retired_first_->ends_at_ <= sent) {
    h1_stream* done = std::exchange(retired_first_, retired_first_->next_);
    if (retired_first_ == nullptr) retired_last_ = nullptr;
    if (done->batch_ != nullptr) sink.detached_sent(done->batch_, true);
    if (done->events_ != nullptr) done->events_->on_sent();
    delete done;
    if (over_) return;
  }
  wake_writers();
}

void h1_connection::wake_writers() {
  if (over_ || first_ == nullptr || !first_->blocked_ || out_.size() > context_.settings_.write_low_mark) return;
  // The slab that a read callback writes to has been sent and is the next connection's.
  if (in_read_) return context_.worker_.mark_dirty(*this, net::flush_order::connections);
  first_->blocked_ = false;
  first_->events_->on_drained();
}

void h1_connection::on_writable() { flush(); }

// At the end of a turn, or when the peer made room: sends what waits, then goes on with what waited for that.
void h1_connection::flush() {
  const entry guard(*this);
  write_out();
  if (over_) return;
  if (waits_for_ring_ && first_ == nullptr && out_.size() < context_.settings_.write_high_mark) {
    waits_for_ring_ = false;
    if (!held_.empty()) process_held();
    if (over_) return;
    if (peer_ended_ && !waits_for_ring_) on_peer_ended();
    if (over_) return;
  }
  after_input();
}

}  // namespace candela::http
