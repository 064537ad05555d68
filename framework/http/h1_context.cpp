#include <algorithm>
#include <candela/http/h1_connection.hpp>
#include <candela/http/h1_context.hpp>

namespace candela::http {

h1_context::h1_context(net::worker& owner, request_sink& sink, const h1_settings& settings)
    : worker_(owner),
      sink_(sink),
      settings_(settings),
      writer_(settings.server_name),
      slab_begin_(owner.write_slab().data()),
      slab_end_(slab_begin_ + owner.write_slab().size()),
      fields_(settings.head.max_headers) {
  head_.headers = headers(fields_, no_memory_);
  // An incomplete head waits for its rest in one slab, which must have room for that.
  settings_.head.max_head_bytes = std::min(settings_.head.max_head_bytes, net::worker::slab_bytes - 1024);
}

h1_context::~h1_context() { cut_all(); }

void h1_context::open(net::transport_ptr peer) { h1_connection::open(*this, std::move(peer)); }

void h1_context::drain() {
  draining_ = true;
  to_drain_ = first_;
  while (to_drain_ != nullptr) {
    h1_connection& drained = *to_drain_;
    to_drain_ = drained.next_;
    drained.drain();
  }
}

std::size_t h1_context::cut_all() {
  std::size_t unanswered = 0;
  while (first_ != nullptr) {
    if (first_->first_ != nullptr) ++unanswered;
    first_->cut(cut_reason::shut_down, true);
  }
  return unanswered;
}

void h1_context::link(h1_connection& connection) noexcept {
  connection.next_ = first_;
  if (first_ != nullptr) first_->previous_ = &connection;
  first_ = &connection;
  ++count_;
}

void h1_context::unlink(h1_connection& connection) noexcept {
  if (to_drain_ == &connection) to_drain_ = connection.next_;
  (connection.previous_ == nullptr ? first_ : connection.previous_->next_) = connection.next_;
  if (connection.next_ != nullptr) connection.next_->previous_ = connection.previous_;
  --count_;
  if (on_closed_) on_closed_();
}

}  // namespace candela::http
