// The life of a connection: opening, time-outs, draining, the end. Input and output have files of their own.
#include <candela/http/detail/h1_entry.hpp>
#include <candela/http/detail/remembered_head.hpp>
#include <candela/http/h1_connection.hpp>

namespace candela::http {

namespace {

// Listens to a transport between two owners: what it does not take is there for the next one.
class nobody final : public net::transport_events {
 public:
  void on_readable() override {}
  void on_writable() override {}
  void on_lost() override {}
};

}  // namespace

void h1_connection::open(h1_context& context, net::transport_ptr peer) {
  auto* made = new h1_connection(context, std::move(peer));
  const entry guard(*made);
  context.link(*made);
  made->read_timer_.arm(context.worker_.time().steady() + context.settings_.header_timeout);
  made->transport_->start(*made);
  if (context.draining_ && !made->over_) made->drain();
}

h1_connection::h1_connection(h1_context& context, net::transport_ptr peer)
    : context_(context),
      transport_(std::move(peer)),
      direct_(*this),
      read_timer_(
          context.worker_.timers(),
          [](net::timer& fired) {
            h1_connection& self = static_cast<owned_timer&>(fired).owner;
            const entry guard(self);
            self.on_read_timeout();
          },
          *this),
      write_timer_(
          context.worker_.timers(),
          [](net::timer& fired) { static_cast<owned_timer&>(fired).owner.cut(cut_reason::write_stalled, true); },
          *this) {}

h1_connection::~h1_connection() = default;

void h1_connection::on_lost() { cut(cut_reason::peer_gone, true); }

void h1_connection::on_read_timeout() {
  if (peer_ended_) return on_grace_over();
  switch (phase_) {
    case phase::head:
      if (head_begun_) return refuse_request({408, "header_timeout", "The request's head did not arrive in time."});
      if (first_ == nullptr && out_.empty()) return cut(cut_reason::peer_gone, false);
      // A request is under way, or its answer is: those have deadlines of their own.
      read_timer_.arm(context_.worker_.time().steady() + context_.settings_.idle_timeout);
      return;
    case phase::length_body:
    case phase::chunked_body:
      // It may be we who do not read.
      if (!reading_) {
        read_timer_.arm(context_.worker_.time().steady() + context_.settings_.body_timeout);
        return;
      }
      return refuse_body({408, "body_timeout", "The request's body did not arrive in time."});
    case phase::closing: return;
    case phase::lingering: return cut(cut_reason::peer_gone, false);
  }
}

void h1_connection::drain() {
  if (draining_ || over_) return;
  const entry guard(*this);
  draining_ = true;
  repeated_ = nullptr;
  // What the kernel holds already counts as begun.
  if (phase_ == phase::head && reading_) on_readable();
  if (!over_ && phase_ == phase::head && first_ == nullptr && held_.empty()) begin_closing();
}

void h1_connection::begin_closing() {
  if (phase_ != phase::lingering) phase_ = phase::closing;
  update_reading();
  if (first_ == nullptr && out_.empty() && slab_used_ == 0) linger();
}

// The peer sees our FIN behind the last answer and may close; until then its late bytes are read and dropped, for a
// close with unread bytes would be a reset that can overtake the answer (RFC 9112, section 9.6).
void h1_connection::linger() {
  if (phase_ == phase::lingering) return;
  phase_ = phase::lingering;
  held_.clear();
  if (peer_ended_) return cut(cut_reason::peer_gone, false);
  transport_->shut_write();
  read_timer_.arm(context_.worker_.time().steady() + context_.settings_.linger_timeout);
  update_reading();
}

void h1_connection::cut(cut_reason reason, bool reset) {
  if (over_) return;
  const entry guard(*this);
  over_ = true;
  read_timer_.cancel();
  write_timer_.cancel();
  context_.worker_.unmark_dirty(*this);
  transport_.release()->close(reset);
  end_streams(reason);
  context_.unlink(*this);
}

void h1_connection::end_streams(cut_reason reason) {
  if (in_read_) context_.sink_.batch_sent(false);
  for (const waiting_batch& waiting : std::exchange(batches_, {})) context_.sink_.detached_sent(waiting.batch, false);
  body_stream_ = nullptr;
  for (h1_stream* list : {std::exchange(retired_first_, nullptr), std::exchange(first_, nullptr)}) {
    while (list != nullptr) {
      h1_stream* ended = std::exchange(list, list->next_);
      if (ended->batch_ != nullptr) context_.sink_.detached_sent(ended->batch_, false);
      if (ended->events_ != nullptr) ended->events_->on_cut(reason);
      delete ended;
    }
  }
  retired_last_ = last_ = nullptr;
  ring_size_ = 0;
}

net::transport_ptr h1_connection::release(h1_stream& stream, const response_head& head, std::string& leftover) {
  if (over_ || &stream != first_ || first_ != last_ || phase_ != phase::head || stream.started_) return nullptr;
  const entry guard(*this);
  // Once the head has begun to leave there is no way back to another answer.
  write_out();
  if (over_ || !out_.empty()) return nullptr;
  put_head(stream, head, {.framing = response_framing::none}, {});
  write_out();
  if (!over_ && !out_.empty()) cut(cut_reason::peer_gone, true);
  if (over_) return nullptr;
  leftover.assign(held_.begin(), held_.end());
  leftover.append(unread_);
  // Its new owner may take its time to start it: nobody is told of anything meanwhile.
  static nobody unowned;
  transport_->want_read(false);
  transport_->tell(unowned);
  over_ = true;
  read_timer_.cancel();
  write_timer_.cancel();
  context_.worker_.unmark_dirty(*this);
  first_ = last_ = nullptr;
  delete &stream;
  context_.unlink(*this);
  return std::move(transport_);
}

}  // namespace candela::http
