#include <candela/core/detail/log_channels.hpp>
#include <candela/core/detail/log_record.hpp>
#include <candela/core/detail/log_thread.hpp>
#include <candela/core/log.hpp>
#include <chrono>
#include <cstdlib>

namespace candela::log {

constinit channel_state main_channel{"main"};

namespace {

// Both are never destroyed: threads and static objects may log to the very end of the process.
detail::log_channels& channels() {
  static auto* all = new detail::log_channels;
  return *all;
}

detail::log_thread& the_thread() {
  static auto* only = [] {
    auto* made = new detail::log_thread;
    std::atexit([] { the_thread().shutdown(); });
    return made;
  }();
  return *only;
}

// Trivially destructible, so that later destructors of the thread may still log (and are counted).
struct thread_state {
  detail::log_ring* ring = nullptr;
  bool ended = false;
};
constinit thread_local thread_state own;

struct retire_at_thread_exit {
  ~retire_at_thread_exit() {
    own.ended = true;
    if (own.ring != nullptr) own.ring->retire();
    own.ring = nullptr;
    the_thread().committed(false);
  }
};

detail::log_ring* first_ring() noexcept {
  if (own.ended) return nullptr;
  try {
    own.ring = the_thread().add_ring();
  } catch (...) {
    // No memory, no thread or no descriptor: the record is counted as dropped, the next one tries again.
    return nullptr;
  }
  if (own.ring != nullptr) {
    thread_local retire_at_thread_exit retire;
    static_cast<void>(&retire);
  }
  return own.ring;
}

std::int64_t now_ns() noexcept {
  return std::chrono::nanoseconds(std::chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace

channel::channel(std::string_view name) : state_(&channels().find(name)) {}

void write(channel_state& to, level severity, std::string_view text, std::span<const field> fields) noexcept {
  detail::log_ring* ring = own.ring != nullptr ? own.ring : first_ring();
  detail::log_thread& thread = the_thread();
  if (ring == nullptr || !thread.accepting()) {
    thread.count_dropped();
    return;
  }
  char* room = ring->reserve(detail::encoded_bytes(text, fields));
  if (room == nullptr) return;
  const detail::record_head head{now_ns(), &to, 0, 0, severity};
  detail::encode_record(room, head, text, fields);
  thread.committed(ring->commit());
}

void configure(const options& wanted) {
  the_thread().configure(wanted);
  channels().configure(wanted);
}

void flush() { the_thread().flush(); }
void reopen() { the_thread().reopen(); }
void shutdown() { the_thread().shutdown(); }
std::uint64_t dropped() noexcept { return the_thread().dropped(); }
std::uint64_t failed_writes() noexcept { return the_thread().failed_writes(); }

}  // namespace candela::log
