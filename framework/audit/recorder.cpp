#include <candela/audit/recorder.hpp>
#include <candela/audit/trail.hpp>
#include <new>

namespace candela::audit {

recorder::recorder(trail& home, std::size_t queue_bytes, std::size_t max_record_bytes)
    : home_(home), queue_(queue_bytes, max_record_bytes), room_(max_record_bytes) {}

bool recorder::admit() {
  if (!started_) [[unlikely]]
    started_ = home_.start();
  return started_ && home_.accepting() && queue_.admit();
}

void recorder::put(const record& what) noexcept {
  try {
    queue_.put(write_record(what, room_, spill_));
  } catch (const std::bad_alloc&) {
    withdraw();
    count(unrecorded_);
  }
  home_.wake();
}

void recorder::put_if_room(const record& what) {
  if (admit()) return put(what);
  count(unrecorded_);
}

}  // namespace candela::audit
