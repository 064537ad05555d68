#include <pthread.h>
#include <signal.h>

#include <candela/core/log.hpp>
#include <candela/db/postgres/detail/cancel_thread.hpp>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

namespace candela::db::postgres {

namespace {

constexpr std::size_t most_waiting = 1024;
constexpr std::chrono::seconds patience{1};

}  // namespace

struct cancel_thread::state {
  std::mutex mutex;
  std::condition_variable ended;
  std::deque<std::shared_ptr<PGcancel>> waiting;  // guarded by mutex, as is all below
  bool running = false;
  bool closed = false;

  std::shared_ptr<PGcancel> next();
  void work();
};

std::shared_ptr<PGcancel> cancel_thread::state::next() {
  const std::lock_guard lock(mutex);
  running = !waiting.empty();
  if (!running) {
    ended.notify_all();
    return nullptr;
  }
  std::shared_ptr<PGcancel> request = std::move(waiting.front());
  waiting.pop_front();
  return request;
}

void cancel_thread::state::work() {
  pthread_setname_np(pthread_self(), "candela-db-stop");
  while (const std::shared_ptr<PGcancel> request = next()) {
    char complaint[256];
    static_cast<void>(libpq().cancel(request.get(), complaint, sizeof complaint));
  }
}

// With the mutex held. Signals are for the threads that run loops.
void cancel_thread::start() {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  try {
    std::thread([shared = state_] { shared->work(); }).detach();
    state_->running = true;
  } catch (const std::system_error&) {
    state_->waiting.clear();
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

cancel_thread::cancel_thread() : state_(std::make_shared<state>()) {}

void cancel_thread::send(std::shared_ptr<PGcancel> request) {
  const std::lock_guard lock(state_->mutex);
  if (request == nullptr || state_->closed || state_->waiting.size() == most_waiting) return;
  state_->waiting.push_back(std::move(request));
  if (!state_->running) start();
}

void cancel_thread::shut_down() {
  std::unique_lock lock(state_->mutex);
  state_->closed = true;
  state_->waiting.clear();
  const auto ended = [this] { return !state_->running; };
  if (!state_->ended.wait_for(lock, patience, ended)) log::warn("a database that was told to stop does not answer");
}

}  // namespace candela::db::postgres
