// A worker with a store on Redis, and coroutines run on it to their end.
#pragma once

#include <doctest/doctest.h>

#include <candela/core/task.hpp>
#include <candela/net/sleep.hpp>
#include <candela/net/worker.hpp>
#include <candela/store/redis_source.hpp>
#include <chrono>
#include <memory>
#include <string>

namespace candela::testing {

/// One worker of a process of its own; its loop runs on this thread while a test waits.
class redis_worker {
 public:
  explicit redis_worker(const store::settings& chosen, metrics::registry* metrics = nullptr)
      : source_(store::make_redis_source(chosen, metrics)), access_(source_->open(worker_)) {
    worker_.time().update();
    access_->connect();
  }

  [[nodiscard]] store::worker_store& store() { return *access_; }
  [[nodiscard]] net::worker& worker() { return worker_; }
  /// An hour from now.
  [[nodiscard]] clock::wall_time later() { return worker_.time().wall() + std::chrono::hours(1); }

  template <class Type>
  Type run(task<Type> work) {
    worker_.time().update();  // no loop has run since then
    net::timer patience(worker_.timers(), [](net::timer&) { FAIL("the store has not answered in a minute"); });
    patience.arm(worker_.time().steady() + std::chrono::minutes(1));
    const bool ended = work.start([](void* loop) noexcept { static_cast<net::loop*>(loop)->stop(); }, &worker_.loop());
    if (!ended) worker_.loop().run();
    return work.result();
  }
  store::answer spend(std::string key) { return run(spend_task(*access_, std::move(key), later())); }
  store::answer take(const store::limit& rule, std::string caller) {
    return run(take_task(*access_, rule, std::move(caller), left_));
  }
  /// What the last limit left.
  [[nodiscard]] const store::limit_state& left() const { return left_; }
  /// Asks until the store answers at all.
  void wait_until_answered() { run(ask_until_answered(*this)); }

 private:
  static task<store::answer> spend_task(store::worker_store& asked, std::string key, clock::wall_time expires) {
    co_return co_await asked.spend(key, expires);
  }
  static task<store::answer> take_task(store::worker_store& asked, const store::limit& rule, std::string caller,
                                       store::limit_state& left) {
    const store::limit_use use{&rule, store::limit_key(caller)};
    co_return co_await asked.take(std::span(&use, 1), std::span(&left, 1));
  }
  // Connections are made anew by themselves; nobody is told.
  static task<void> ask_until_answered(redis_worker& own) {
    for (;;) {
      const store::answer given = co_await own.store().spend("probe", own.later());
      if (given) co_return;
      static_cast<void>(co_await net::sleep_for(own.worker(), std::chrono::milliseconds(1)));
    }
  }

  net::worker worker_{0};
  std::unique_ptr<store::source> source_;
  std::unique_ptr<store::worker_store> access_;
  store::limit_state left_;
};

/// Settings for that server, with limits of time that a busy machine does not reach.
[[nodiscard]] inline store::settings patient_settings(const std::string& url) {
  store::settings chosen;
  chosen.redis = url;
  chosen.timeout = std::chrono::seconds(30);
  chosen.connect_timeout = std::chrono::seconds(30);
  chosen.reconnect_delay = std::chrono::milliseconds(1);
  chosen.reconnect_delay_max = std::chrono::milliseconds(5);
  return chosen;
}

}  // namespace candela::testing
