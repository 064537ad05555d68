#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <candela/net/lane.hpp>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <vector>

namespace candela::net {

namespace {

// The callback form of a job.
class submitted final : public lane_job {
 public:
  submitted(std::move_only_function<void()> work, loop& home, lane::done finished)
      : lane_job(home), work_(std::move(work)), finished_(std::move(finished)) {}

  void work() noexcept override {
    try {
      work_();
    } catch (const std::exception& thrown) {
      outcome_ = std::unexpected(error(errc::internal, thrown.what()));
    } catch (...) {
      outcome_ = std::unexpected(error(errc::internal, "an exception of an unknown type"));
    }
  }

  void finish(bool ran) override {
    if (!ran) outcome_ = std::unexpected(error(errc::cancelled));
    finished_(std::move(outcome_));
  }

 private:
  std::move_only_function<void()> work_;
  lane::done finished_;
  std::expected<void, error> outcome_;
};

void send_home(std::shared_ptr<lane_job> job, bool ran) {
  // The job, and the loop with it, may be gone before `post` returns.
  const std::shared_ptr<mailbox> home = job->home();
  home->post([job = std::move(job), ran] { job->finish(ran); });
}

}  // namespace

lane_job::lane_job(const loop& home) noexcept : home_(home.posting()) {}

struct lane::state {
  explicit state(options chosen) : settings(std::move(chosen)) {}

  const options settings;
  mutable std::mutex mutex;
  std::condition_variable wake;
  std::deque<std::shared_ptr<lane_job>> queue;  // guarded by mutex, as is all below
  std::vector<std::thread> threads;
  std::size_t idle = 0;
  bool closing = false;

  void work();
  std::shared_ptr<lane_job> next();
  bool start_thread();
};

std::shared_ptr<lane_job> lane::state::next() {
  std::unique_lock lock(mutex);
  ++idle;
  wake.wait(lock, [this] { return closing || !queue.empty(); });
  --idle;
  if (queue.empty()) return nullptr;
  std::shared_ptr<lane_job> job = std::move(queue.front());
  queue.pop_front();
  return job;
}

void lane::state::work() {
  pthread_setname_np(pthread_self(), settings.name.substr(0, 15).c_str());
  while (std::shared_ptr<lane_job> job = next()) {
    const bool wanted = !job->abandoned();
    if (wanted) job->work();
    send_home(std::move(job), wanted);
  }
}

// With the mutex held. Signals are for the threads that run loops: here they would only interrupt blocking calls.
bool lane::state::start_thread() {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  bool started = true;
  try {
    threads.emplace_back([this] { work(); });
  } catch (const std::system_error&) {
    started = false;
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return started;
}

lane::lane(options chosen) : state_(std::make_unique<state>(std::move(chosen))) {
  if (state_->settings.threads == 0) throw std::invalid_argument("a lane needs a thread at least");
}

lane::~lane() { shut_down(); }

std::expected<void, error> lane::enqueue(std::shared_ptr<lane_job> job) {
  state& self = *state_;
  const std::lock_guard lock(self.mutex);
  if (self.closing) return std::unexpected(error(errc::closed, self.settings.name));
  if (self.queue.size() >= self.settings.queue_limit) return std::unexpected(error(errc::busy, self.settings.name));
  // Each waiting piece has an idle thread spoken for already.
  const bool short_of_threads = self.queue.size() >= self.idle && self.threads.size() < self.settings.threads;
  if (short_of_threads && !self.start_thread() && self.threads.empty()) {
    return std::unexpected(error(errc::out_of_resources, self.settings.name));
  }
  self.queue.push_back(std::move(job));
  self.wake.notify_one();
  return {};
}

std::expected<void, error> enqueue(lane& target, std::shared_ptr<lane_job> job) {
  return target.enqueue(std::move(job));
}

std::expected<void, error> lane::submit(std::move_only_function<void()> work, loop& home, done finished) {
  return enqueue(std::make_shared<submitted>(std::move(work), home, std::move(finished)));
}

void lane::shut_down() {
  state& self = *state_;
  std::deque<std::shared_ptr<lane_job>> not_begun;
  std::vector<std::thread> running;
  {
    const std::lock_guard lock(self.mutex);
    self.closing = true;
    not_begun.swap(self.queue);
    running.swap(self.threads);
  }
  self.wake.notify_all();
  for (auto& job : not_begun) send_home(std::move(job), false);
  for (std::thread& thread : running) thread.join();
}

std::size_t lane::queued() const {
  const std::lock_guard lock(state_->mutex);
  return state_->queue.size();
}

std::size_t lane::threads() const {
  const std::lock_guard lock(state_->mutex);
  return state_->threads.size();
}

}  // namespace candela::net
