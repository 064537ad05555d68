// The bodies of requests: from a connection's bytes to the stream that they belong to.
#include <algorithm>
#include <candela/http/detail/h1_entry.hpp>
#include <candela/http/h1_connection.hpp>

namespace candela::http {

char* h1_connection::take_length_body(char* begin, char* end) {
  const auto taken =
      static_cast<std::size_t>(std::min<std::uint64_t>(body_left_, static_cast<std::uint64_t>(end - begin)));
  body_left_ -= taken;
  deliver({begin, taken});
  if (body_left_ == 0 && phase_ == phase::length_body) {
    if (begin + taken == end) end_if_draining();
    end_body();
  }
  return begin + taken;
}

char* h1_connection::take_chunked_body(char* begin, char* end) {
  std::string_view input(begin, static_cast<std::size_t>(end - begin));
  std::string_view piece;
  head_error error;
  while (phase_ == phase::chunked_body && !over_) {
    switch (chunks_->next(input, piece, error)) {
      case chunk_outcome::data: deliver(piece); break;
      case chunk_outcome::incomplete: return end;
      case chunk_outcome::complete:
        chunks_.reset();
        if (input.empty()) end_if_draining();
        end_body();
        return end - input.size();
      case chunk_outcome::refused: refuse_body(error); return end;
    }
  }
  return end;
}

void h1_connection::deliver(std::string_view piece) {
  if (body_stream_ == nullptr) return count_dropped(piece.size());
  body_stream_->uncredited_ += piece.size();
  uncredited_ += piece.size();
  body_stream_->events_->on_body(piece);
}

void h1_connection::count_dropped(std::size_t bytes) {
  dropped_ += bytes;
  if (dropped_ > context_.settings_.early_discard_bytes) phase_ = phase::closing;
}

// A body that ends where the input does, while we drain, ends the connection's last request: its answer says so.
void h1_connection::end_if_draining() {
  if (!draining_) return;
  last_request_ = true;
  if (body_stream_ != nullptr && !body_stream_->started_) body_stream_->keep_alive_ = false;
}

void h1_connection::end_body() {
  if (phase_ != phase::closing && phase_ != phase::lingering) phase_ = last_request_ ? phase::closing : phase::head;
  h1_stream* complete = std::exchange(body_stream_, nullptr);
  if (complete != nullptr) complete->events_->on_body_end();
}

// The answer was ready before the body: what still comes of it is read and dropped up to a bound.
void h1_connection::drop_body() {
  uncredited_ -= std::exchange(body_stream_->uncredited_, 0);
  body_stream_ = nullptr;
}

void h1_connection::refuse_body(const head_error& error) {
  chunks_.reset();
  phase_ = phase::closing;
  h1_stream* stream = std::exchange(body_stream_, nullptr);
  if (stream == nullptr) {
    begin_closing();
    return;
  }
  stream->keep_alive_ = false;
  if (stream->started_) return cut(cut_reason::body_refused, true);
  stream->events_->on_body_refused(error.status, error.code, error.detail);
  context_.worker_.mark_dirty(*this, net::flush_order::connections);
}

}  // namespace candela::http
