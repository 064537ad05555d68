// What other threads ask of a trail. How its own thread works stands in trail_thread.cpp.
#include <algorithm>
#include <candela/audit/trail.hpp>
#include <stdexcept>

namespace candela::audit {

namespace {

trail_options checked(trail_options options) {
  if (!is_stream_name(options.stream)) {
    throw std::invalid_argument("a trail's name has 1 to 64 letters, digits, '-', '_' and '.', which is not the first");
  }
  options.max_record_bytes = std::max(options.max_record_bytes, least_record_bytes);
  return options;
}

}  // namespace

trail::trail(trail_options options, const jose::key& signs, std::unique_ptr<sink> into)
    : options_(checked(std::move(options))),
      signer_(signs),
      sink_(std::move(into)),
      stream_(options_.stream, signer_) {}

trail::~trail() { shut_down(); }

sink::result<> trail::check() {
  if (checked_.load(std::memory_order_relaxed)) return {};
  sink::result<> answer = sink_->check();
  if (answer) checked_.store(true, std::memory_order_relaxed);
  return answer;
}

recorder& trail::recorder_of(const void* worker) {
  const std::scoped_lock held(lock_);
  for (const auto& [owner, made] : recorders_) {
    if (owner == worker) return *made;
  }
  recorders_.emplace_back(worker, std::make_unique<recorder>(*this, options_.queue_bytes, options_.max_record_bytes));
  return *recorders_.back().second;
}

// Not before somebody has something to write: who only looks at a configuration makes no file.
bool trail::start() noexcept try {
  const std::scoped_lock held(lock_);
  if (ended_ || ordered_.stop) return false;
  if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
  return true;
} catch (const std::exception&) {
  // No thread and no memory for one: the next request tries again, and this one is refused.
  return false;
}

bool trail::flush() {
  std::unique_lock held(lock_);
  if (!thread_.joinable() || ended_) return !ended_;
  const std::uint64_t mine = ++ordered_.ticket;
  wake();
  done_.wait(held, [&] { return done_ticket_ >= mine || failed_ticket_ >= mine || ended_; });
  return done_ticket_ >= mine;
}

void trail::shut_down() {
  accepting_.store(false, std::memory_order_relaxed);
  std::thread running;
  {
    const std::scoped_lock held(lock_);
    ordered_.stop = true;
    std::swap(running, thread_);
    wake();
  }
  if (running.joinable()) running.join();
}

trail_counts trail::counts() const {
  trail_counts now;
  now.requests = requests_.load(std::memory_order_relaxed);
  now.checkpoints = checkpoints_.load(std::memory_order_relaxed);
  now.sequence = sequence_.load(std::memory_order_relaxed);
  now.failures = failures_.load(std::memory_order_relaxed);
  const std::scoped_lock held(lock_);
  for (const auto& [owner, each] : recorders_) {
    now.refused += each->refused();
    now.unrecorded += each->unrecorded();
    now.queued_bytes += each->queue().queued_bytes();
  }
  return now;
}

}  // namespace candela::audit
