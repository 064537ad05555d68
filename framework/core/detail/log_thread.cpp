#include <signal.h>

#include <algorithm>
#include <candela/core/detail/log_thread.hpp>
#include <chrono>
#include <utility>

namespace candela::log::detail {

namespace {

// After the first record of a burst the thread waits this long for more, so that a busy worker isn't made to wake it
// for every record.
constexpr std::chrono::milliseconds gathering_pause{10};
constexpr std::chrono::milliseconds endless{-1};

// Signals belong to the loops; and a closed pipe behind stderr must not end the process from here.
class signals_blocked {
 public:
  signals_blocked() noexcept {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~signals_blocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  signals_blocked(const signals_blocked&) = delete;
  signals_blocked& operator=(const signals_blocked&) = delete;

 private:
  sigset_t before_;
};

}  // namespace

log_ring* log_thread::add_ring() {
  auto ring = std::make_unique<log_ring>(ring_bytes);
  std::unique_lock held(lock_);
  if (was_shut_down_) return nullptr;
  if (!thread_.joinable()) start(std::make_unique<log_outputs>(options(), failed_writes_));
  rings_.push_back(std::move(ring));
  return rings_.back().get();
}

void log_thread::start(std::unique_ptr<log_outputs> outputs) {
  outputs_ = std::move(outputs);
  stop_wanted_ = false;
  const signals_blocked inherited;
  thread_ = std::thread([this] { run(); });
  was_shut_down_ = false;
  accepting_.store(true, std::memory_order_relaxed);
}

void log_thread::configure(const options& wanted) {
  auto outputs = std::make_unique<log_outputs>(wanted, failed_writes_);
  const std::scoped_lock alone(control_);
  std::unique_lock held(lock_);
  if (!thread_.joinable()) {
    start(std::move(outputs));
    return;
  }
  new_outputs_ = std::move(outputs);
  order_and_wait(held);
}

void log_thread::flush() {
  std::unique_lock held(lock_);
  if (thread_.joinable()) order_and_wait(held);
}

void log_thread::reopen() {
  std::unique_lock held(lock_);
  if (!thread_.joinable()) return;
  reopen_wanted_ = true;
  order_and_wait(held);
}

void log_thread::shutdown() {
  const std::scoped_lock alone(control_);
  std::unique_lock held(lock_);
  if (!thread_.joinable()) return;
  accepting_.store(false, std::memory_order_relaxed);
  was_shut_down_ = true;
  stop_wanted_ = true;
  std::thread ended = std::move(thread_);
  ordered_.store(true);
  wake_.signal();
  held.unlock();
  ended.join();
}

std::uint64_t log_thread::dropped() noexcept {
  const std::scoped_lock held(lock_);
  std::uint64_t total = dropped_by_ended_threads_ + dropped_elsewhere_.load(std::memory_order_relaxed);
  for (const auto& ring : rings_) total += ring->dropped();
  return total;
}

void log_thread::order_and_wait(std::unique_lock<std::mutex>& held) {
  const std::uint64_t ticket = ++last_ticket_;
  ordered_.store(true);
  wake_.signal();
  done_.wait(held, [&] { return done_ticket_ >= ticket; });
}

void log_thread::run() noexcept {
  for (bool stopping = false; !stopping;) {
    orders wanted = take_orders();
    write_out();
    if (wanted.reopen) outputs_->reopen();
    if (wanted.outputs != nullptr) outputs_ = std::move(wanted.outputs);
    stopping = wanted.stop;
    if (stopping) outputs_.reset();
    {
      const std::scoped_lock held(lock_);
      done_ticket_ = std::max(done_ticket_, wanted.ticket);
    }
    done_.notify_all();
    if (!stopping) wait_for_work();
  }
}

// Out of memory, most likely: the record stays in its ring for the next round.
void log_thread::write_out() noexcept {
  try {
    drain_rings();
    report_dropped();
  } catch (...) {
    ++failed_writes_;
  }
  outputs_->flush();
}

log_thread::orders log_thread::take_orders() {
  const std::scoped_lock held(lock_);
  ordered_.store(false);
  return {std::move(new_outputs_), std::exchange(reopen_wanted_, false), stop_wanted_, last_ticket_};
}

// The list is walked without the lock held while a ring is drained: only this thread takes rings out, and a thread that
// logs for the first time must not wait for a slow disk.
void log_thread::drain_rings() {
  std::vector<log_ring*> all;
  {
    const std::scoped_lock held(lock_);
    for (const auto& ring : rings_) all.push_back(ring.get());
  }
  std::erase_if(all, [this](log_ring* ring) {
    const bool retired = ring->retired();
    drain(*ring);
    return !retired;
  });
  if (all.empty()) return;
  const std::scoped_lock held(lock_);
  for (const log_ring* ring : all) dropped_by_ended_threads_ += ring->dropped();
  std::erase_if(rings_, [&](const auto& ring) { return std::ranges::find(all, ring.get()) != all.end(); });
}

// A ring's worth at most, or a thread that never stops logging would keep the others waiting.
void log_thread::drain(log_ring& ring) {
  for (std::size_t bytes = 0; bytes < ring_bytes;) {
    const std::span<const char> record = ring.front();
    if (record.empty()) return;
    outputs_->append(record_reader(record));
    bytes += record.size();
    ring.pop();
  }
}

void log_thread::report_dropped() {
  const std::uint64_t total = dropped();
  if (total == reported_dropped_) return;
  const field counts[] = {{"count", total - reported_dropped_}, {"total", total}};
  reported_dropped_ = total;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const record_head head{std::chrono::nanoseconds(now).count(), &main_channel, 0, 0, level::warn};
  constexpr std::string_view text = "log records were dropped";
  std::vector<char> record(encoded_bytes(text, counts));
  encode_record(record.data(), head, text, counts);
  outputs_->append(record_reader(record));
}

bool log_thread::anything_to_do() {
  if (ordered_.load()) return true;
  const std::scoped_lock held(lock_);
  return std::ranges::any_of(rings_, [](const auto& ring) { return !ring->empty(); });
}

void log_thread::wait_for_work() {
  asleep_.store(true, std::memory_order_seq_cst);
  if (!anything_to_do()) wake_.wait(endless);
  asleep_.store(false);
  if (!ordered_.load()) wake_.wait(gathering_pause);
}

}  // namespace candela::log::detail
