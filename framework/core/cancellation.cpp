#include <candela/core/cancellation.hpp>

namespace candela {

bool cancel_registration::arm(cancel_token token, callback called, void* argument) noexcept {
  disarm();
  if (token.source_ == nullptr) return true;
  if (token.cancelled()) return false;
  source_ = token.source_;
  called_ = called;
  argument_ = argument;
  next_ = nullptr;
  previous_ = source_->last_;
  (previous_ != nullptr ? previous_->next_ : source_->first_) = this;
  source_->last_ = this;
  return true;
}

void cancel_registration::disarm() noexcept {
  if (source_ != nullptr) source_->unlink(*this);
}

cancel_source::cancel_source(cancel_token parent) noexcept {
  const auto forward = [](void* self) noexcept { static_cast<cancel_source*>(self)->cancel(); };
  cancelled_ = !parent_.arm(parent, forward, this);
}

cancel_source::~cancel_source() {
  while (first_ != nullptr) unlink(*first_);
  if (destroyed_ != nullptr) *destroyed_ = true;
}

void cancel_source::unlink(cancel_registration& entry) noexcept {
  (entry.previous_ != nullptr ? entry.previous_->next_ : first_) = entry.next_;
  (entry.next_ != nullptr ? entry.next_->previous_ : last_) = entry.previous_;
  entry.source_ = nullptr;
}

void cancel_source::cancel() noexcept {
  if (cancelled_) return;
  cancelled_ = true;
  bool destroyed = false;
  tell_all(destroyed);
}

// Out of line, or GCC 12 takes the pointer to the caller's flag for one that dangles.
[[gnu::noinline]] void cancel_source::tell_all(bool& destroyed) noexcept {
  destroyed_ = &destroyed;
  while (!destroyed && first_ != nullptr) {
    cancel_registration& entry = *first_;
    unlink(entry);
    entry.called_(entry.argument_);
  }
  if (!destroyed) destroyed_ = nullptr;
}

}  // namespace candela
