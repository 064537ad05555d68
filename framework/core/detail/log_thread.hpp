// The thread that empties every ring into the outputs.
#pragma once

#include <atomic>
#include <candela/core/detail/log_outputs.hpp>
#include <candela/core/detail/log_ring.hpp>
#include <candela/core/detail/wake_signal.hpp>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace candela::log::detail {

/// One for the process; see `log.hpp` for what its calls mean. Any thread may call any of them, but not its own.
class log_thread {
 public:
  /// Bytes of each thread's ring.
  static constexpr std::size_t ring_bytes = 256 * 1024;

  /// A new ring for the calling thread, emptied from now on; starts the thread with the default options if need be.
  log_ring* add_ring();

  /// To be called by the writer after each `log_ring::commit`, with its result.
  void committed(bool hurry) noexcept {
    if (asleep_.load(std::memory_order_seq_cst)) {
      if (asleep_.exchange(false)) wake_.signal();
    } else if (hurry) {
      wake_.signal();
    }
  }

  /// Whether records are taken; false before the first ring and after `shutdown`.
  [[nodiscard]] bool accepting() const noexcept { return accepting_.load(std::memory_order_relaxed); }

  void configure(const options& wanted);
  void flush();
  void reopen();
  void shutdown();

  void count_dropped() noexcept { dropped_elsewhere_.fetch_add(1, std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t dropped() noexcept;
  [[nodiscard]] std::uint64_t failed_writes() const noexcept { return failed_writes_.load(std::memory_order_relaxed); }

 private:
  // What others asked for since the last round.
  struct orders {
    std::unique_ptr<log_outputs> outputs;
    bool reopen = false;
    bool stop = false;
    std::uint64_t ticket = 0;
  };

  void start(std::unique_ptr<log_outputs> outputs);
  void order_and_wait(std::unique_lock<std::mutex>& held);
  void run() noexcept;
  void write_out() noexcept;
  orders take_orders();
  void drain_rings();
  void drain(log_ring& ring);
  void report_dropped();
  void wait_for_work();
  bool anything_to_do();

  wake_signal wake_;
  std::atomic<bool> asleep_{false};
  std::atomic<bool> accepting_{false};
  std::atomic<bool> ordered_{false};
  std::atomic<std::uint64_t> failed_writes_{0};
  std::atomic<std::uint64_t> dropped_elsewhere_{0};

  std::mutex control_;  // one configuration or shutdown at a time; taken before lock_
  std::mutex lock_;     // guards what follows
  std::condition_variable done_;
  std::vector<std::unique_ptr<log_ring>> rings_;
  std::uint64_t dropped_by_ended_threads_ = 0;
  std::unique_ptr<log_outputs> new_outputs_;
  bool reopen_wanted_ = false;
  bool stop_wanted_ = false;
  bool was_shut_down_ = false;
  std::uint64_t last_ticket_ = 0;
  std::uint64_t done_ticket_ = 0;
  std::thread thread_;

  std::unique_ptr<log_outputs> outputs_;  // the log thread's own, once it runs
  std::uint64_t reported_dropped_ = 0;
};

}  // namespace candela::log::detail
