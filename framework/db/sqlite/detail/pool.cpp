#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <candela/db/sqlite/detail/driver.hpp>
#include <candela/db/sqlite/detail/driver_link.hpp>
#include <candela/db/sqlite/detail/pool.hpp>
#include <iterator>
#include <stdexcept>
#include <utility>

namespace candela::db::sqlite {

namespace {

// Signals are for the threads that run loops: here they would only interrupt reading and writing.
class signals_blocked {
 public:
  signals_blocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  signals_blocked(const signals_blocked&) = delete;
  signals_blocked& operator=(const signals_blocked&) = delete;
  ~signals_blocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_;
};

void send_home(std::unique_ptr<batch> done, bool ran) {
  if (!done->home) return;
  done->ran = ran;
  const std::shared_ptr<net::mailbox> home = done->home->home;
  home->post([done = std::move(done)]() mutable {
    if (driver* target = done->home->target()) target->come_home(std::move(done));
  });
}

}  // namespace

pool::pool(const settings& chosen, std::string path)
    : file_(std::move(path), chosen.query_timeout), writer_(file_, access::writer) {
  if (const std::optional<error> failed = writer_.open()) throw std::invalid_argument(std::string(failed->message()));
  start(file_.in_memory() ? 0 : chosen.readers);
}

pool::~pool() { shut_down(); }

void pool::start(unsigned readers) {
  const signals_blocked blocked;
  try {
    threads_.emplace_back([this] { write(); });
    for (unsigned i = 0; i != readers; ++i) threads_.emplace_back([this] { read(); });
  } catch (...) {
    shut_down();
    throw;
  }
}

pool::queue& pool::queue_of(const batch& work) noexcept {
  if (work.what == batch::kind::reads) return file_.in_memory() ? writes_ : reads_;
  if (work.what == batch::kind::writes || work.what == batch::kind::claim) return writes_;
  return work.on != nullptr ? reads_ : owned_;
}

void pool::hand_over(std::span<std::unique_ptr<batch>> work) {
  std::size_t readers_wanted = 0;
  bool writer_wanted = false;
  {
    const std::lock_guard lock(mutex_);
    for (std::unique_ptr<batch>& each : work) {
      if (closing_) {
        send_home(std::move(each), false);
        continue;
      }
      queue& target = queue_of(*each);
      target.push_back(std::move(each));
      (&target == & reads_ ? readers_wanted += 1 : writer_wanted = true);
    }
    readers_wanted = std::min(readers_wanted, idle_readers_);
  }
  for (; readers_wanted != 0; --readers_wanted) reads_wake_.notify_one();
  if (writer_wanted) writes_wake_.notify_one();
}

std::unique_ptr<batch> pool::take(queue& from) {
  if (from.empty()) return nullptr;
  std::unique_ptr<batch> next = std::move(from.front());
  from.pop_front();
  if (next->home) ++next->home->running_;
  return next;
}

void pool::count_done(driver_link* done) {
  if (done == nullptr) return;
  --done->running_;
  if (forgetting_ != 0) done_.notify_all();
}

std::unique_ptr<batch> pool::next_read(driver_link* done) {
  std::unique_lock lock(mutex_);
  count_done(done);
  ++idle_readers_;
  reads_wake_.wait(lock, [this] { return closing_ || !reads_.empty(); });
  --idle_readers_;
  return take(reads_);
}

void pool::read() {
  pthread_setname_np(pthread_self(), "candela-db-read");
  runner own(file_, access::reader);
  driver_link* done = nullptr;
  while (std::unique_ptr<batch> next = next_read(done)) {
    runner& on = next->on != nullptr ? *next->on : own;
    if (next->what == batch::kind::release) {
      on.end_session(next->altered);
    } else {
      on.run(*next);
    }
    done = next->home.get();
    send_home(std::move(next), true);
  }
}

std::unique_ptr<batch> pool::next_write(driver_link* done) {
  std::unique_lock lock(mutex_);
  count_done(done);
  writes_wake_.wait(lock, [this] { return closing_ || !(has_owner_ ? owned_ : writes_).empty(); });
  std::unique_ptr<batch> next = take(has_owner_ ? owned_ : writes_);
  if (next && next->what == batch::kind::claim && !is_raised(next->abandoned)) {
    has_owner_ = true;
    owner_ = next->home.get();
  }
  return next;
}

// False when nothing was done.
bool pool::write_one(batch& work) {
  if (work.what == batch::kind::claim) return has_owner_;
  if (work.what != batch::kind::release) {
    writer_.run(work);
    return true;
  }
  writer_.end_session(work.altered);
  const std::lock_guard lock(mutex_);
  has_owner_ = false;
  owner_ = nullptr;
  return true;
}

void pool::write() {
  pthread_setname_np(pthread_self(), "candela-db-write");
  driver_link* done = nullptr;
  while (std::unique_ptr<batch> next = next_write(done)) {
    const bool ran = write_one(*next);
    done = next->home.get();
    send_home(std::move(next), ran);
  }
}

void pool::drop(queue& from, const driver_link& ending) {
  std::erase_if(from, [&](const std::unique_ptr<batch>& each) { return each->home.get() == &ending; });
}

// The session that had the writer has gone with its driver.
void pool::give_back_writer(driver_link& ending) {
  if (owner_ != &ending) return;
  auto release = std::make_unique<batch>();
  release->what = batch::kind::release;
  release->altered = true;
  owned_.push_back(std::move(release));
  writes_wake_.notify_one();
}

void pool::forget(driver_link& ending) {
  std::unique_lock lock(mutex_);
  for (queue* each : {&reads_, &writes_, &owned_}) drop(*each, ending);
  ++forgetting_;
  done_.wait(lock, [&] { return ending.running_ == 0; });
  --forgetting_;
  give_back_writer(ending);
}

void pool::shut_down() {
  file_.stopping.store(true, std::memory_order_relaxed);
  queue undone;
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
    for (queue* each : {&reads_, &writes_, &owned_}) {
      std::ranges::move(*each, std::back_inserter(undone));
      each->clear();
    }
  }
  reads_wake_.notify_all();
  writes_wake_.notify_all();
  for (auto& each : undone) send_home(std::move(each), false);
  for (std::thread& each : threads_) each.join();
  threads_.clear();
}

}  // namespace candela::db::sqlite
