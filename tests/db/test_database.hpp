// A worker with a database, and coroutines run on it to their end.
#pragma once

#include <doctest/doctest.h>

#include <candela/core/scope.hpp>
#include <candela/db/db.hpp>
#include <candela/db/source.hpp>
#include <candela/net/worker.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace candela::testing {

/// How long tests let anything take that is not about time: less than `run_task` waits, so that what hangs is named.
inline constexpr std::chrono::seconds unhurried{45};

/// One worker whose loop runs on this thread while a test waits.
class test_database {
 public:
  explicit test_database(const db::settings& settings, metrics::registry* registry = nullptr)
      : source_(db::make_source(settings, registry)), driver_(source_->open(worker_)) {}
  ~test_database() {
    driver_.reset();
    source_->shut_down();
  }

  /// Calls `body(database)`, a coroutine, and runs the loop until it has ended; what it throws is thrown.
  template <class Body>
  auto run(Body body) {
    return run_task(body(database()));
  }

  template <class Type>
  Type run_task(task<Type> work) {
    worker_.time().update();  // no loop has run since then
    net::timer patience(worker_.timers(), [](net::timer&) { FAIL("the database has not answered in a minute"); });
    patience.arm(std::chrono::steady_clock::now() + std::chrono::minutes(1));
    const bool ended = work.start([](void* loop) noexcept { static_cast<net::loop*>(loop)->stop(); }, &worker_.loop());
    if (!ended) worker_.loop().run();
    return work.result();
  }

  [[nodiscard]] db::database database(cancel_token token = {}) { return {*driver_, memory_, token}; }
  [[nodiscard]] db::driver& driver() { return *driver_; }
  [[nodiscard]] net::worker& worker() { return worker_; }
  [[nodiscard]] candela::arena& memory() { return memory_; }

 private:
  net::worker worker_{0};
  arena memory_;
  std::unique_ptr<db::source> source_;
  std::unique_ptr<db::driver> driver_;
};

/// Runs the test over every way to every database that the machine has.
void over_every_database(const std::function<void(test_database&)>& test);
/// Over every way to PostgreSQL.
void over_postgres(const std::function<void(test_database&)>& test);

/// Settings for the shared PostgreSQL server, with limits that a busy machine does not reach.
[[nodiscard]] db::settings postgres_settings();

}  // namespace candela::testing
