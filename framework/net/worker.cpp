#include <pthread.h>

#include <candela/core/poison.hpp>
#include <candela/net/worker.hpp>
#include <string>

namespace candela::net {

worker::worker(unsigned index, clock* time)
    : index_(index),
      own_time_(time == nullptr ? std::make_unique<clock>() : nullptr),
      time_(time == nullptr ? *own_time_ : *time),
      loop_(time_),
      read_slab_(std::make_unique_for_overwrite<char[]>(slab_bytes)),
      write_slab_(std::make_unique_for_overwrite<char[]>(slab_bytes)) {
  loop_.set_turn_hook(this);
}

worker::~worker() {
  if (thread_.joinable()) {
    stop();
    join();
  }
  for (const auto* slab : {&read_slab_, &write_slab_, &cipher_slab_}) {
    if (*slab) unpoison(slab->get(), slab_bytes);
  }
}

void worker::start() {
  thread_ = std::thread([this] {
    const std::string name = "candela-" + std::to_string(index_);
    pthread_setname_np(pthread_self(), name.c_str());
    loop_.run();
  });
}

void worker::stop() {
  loop_.post([this] { loop_.stop(); });
}

void worker::join() { thread_.join(); }

std::span<char> worker::cipher_slab() {
  if (!cipher_slab_) cipher_slab_ = std::make_unique_for_overwrite<char[]>(slab_bytes);
  return {cipher_slab_.get(), slab_bytes};
}

void worker::mark_dirty(flushable& entry, flush_order order) noexcept {
  if (entry.dirty_) return;
  entry.dirty_ = true;
  entry.round_ = round_;
  dirty_list& list = dirty_[static_cast<std::size_t>(order)];
  entry.previous_dirty_ = list.last;
  entry.next_dirty_ = nullptr;
  (list.last == nullptr ? list.first : list.last->next_dirty_) = &entry;
  list.last = &entry;
}

void worker::unmark_dirty(flushable& entry) noexcept {
  if (!entry.dirty_) return;
  entry.dirty_ = false;
  for (dirty_list& list : dirty_) {
    if (list.first == &entry) list.first = entry.next_dirty_;
    if (list.last == &entry) list.last = entry.previous_dirty_;
  }
  if (entry.previous_dirty_ != nullptr) entry.previous_dirty_->next_dirty_ = entry.next_dirty_;
  if (entry.next_dirty_ != nullptr) entry.next_dirty_->previous_dirty_ = entry.previous_dirty_;
}

// One pass over what was dirty at its beginning; whoever gets dirty meanwhile waits for the next pass. The mark of the
// round tells them apart, since a flush may also withdraw others.
bool worker::flush_round() {
  ++round_;
  for (dirty_list& list : dirty_) {
    while (list.first != nullptr && list.first->round_ != round_) {
      flushable& entry = *list.first;
      unmark_dirty(entry);
      entry.flush();
    }
  }
  return dirty_[0].first != nullptr || dirty_[1].first != nullptr;
}

void worker::on_turn_end() {
  turn_claimed_ = false;
  // A reader that keeps up with a writer could go on for ever: after a few passes the others get their turn.
  for (int round = 0; round != 4; ++round) {
    if (!flush_round()) return;
  }
  loop_.turn_again();
}

}  // namespace candela::net
