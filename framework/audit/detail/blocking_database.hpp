// Private to the room: a database for a thread that has no loop and may wait.
#pragma once

#include <candela/core/arena.hpp>
#include <candela/core/task.hpp>
#include <candela/db/database.hpp>
#include <candela/db/settings.hpp>
#include <candela/db/source.hpp>
#include <candela/net/worker.hpp>
#include <chrono>
#include <memory>
#include <string>

namespace candela::audit::detail {

/// Used by one thread. What queries give lives until `clear`.
class blocking_database {
 public:
  /// Throws `std::invalid_argument` for a URL that no database has. Nothing is asked yet, and no file made: that is
  /// done at the first query, none of which takes longer than `patience`.
  explicit blocking_database(const std::string& url, std::chrono::milliseconds patience = std::chrono::seconds(5));
  ~blocking_database();
  blocking_database(const blocking_database&) = delete;
  blocking_database& operator=(const blocking_database&) = delete;

  /// Throws `std::invalid_argument` for a file that cannot be opened.
  [[nodiscard]] db::database data();
  void clear() noexcept { memory_.clear(); }

  /// Runs a task to its end on the calling thread, and gives what it gives.
  template <class Value>
  Value wait(task<Value> work) {
    const auto end = [](void* loop) noexcept { static_cast<net::loop*>(loop)->stop(); };
    if (!work.start(end, &worker_->loop())) worker_->loop().run();
    return work.result();
  }

 private:
  void connect();

  db::settings settings_;
  std::unique_ptr<db::source> source_;
  std::unique_ptr<net::worker> worker_;  // made by the thread that uses it
  std::unique_ptr<db::driver> driver_;
  arena memory_;
};

}  // namespace candela::audit::detail
