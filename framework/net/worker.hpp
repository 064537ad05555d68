// One worker: a thread with its loop, clock and slabs. Nothing of it is touched by another thread.
#pragma once

#include <candela/core/clock.hpp>
#include <candela/net/loop.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <thread>
#include <utility>

namespace candela::net {

/// What has bytes to send and asked for a flush at the end of the turn.
class flushable {
 public:
  virtual void flush() = 0;

 protected:
  flushable() = default;
  flushable(const flushable&) = delete;
  flushable& operator=(const flushable&) = delete;
  ~flushable() = default;

 private:
  friend class worker;
  flushable* previous_dirty_ = nullptr;
  flushable* next_dirty_ = nullptr;
  std::uint32_t round_ = 0;  // of flushing, when it was marked
  bool dirty_ = false;
};

/// Questions leave before answers: what a database is asked in a turn is under way while the answers are written.
enum class flush_order : unsigned char { databases, connections };

class worker final : loop::turn_hook {
 public:
  /// Bytes of each slab.
  static constexpr std::size_t slab_bytes = 64 * 1024;

  /// `time`, when given, replaces the system's clocks (tests); it must outlive the worker.
  explicit worker(unsigned index, clock* time = nullptr);
  worker(const worker&) = delete;
  worker& operator=(const worker&) = delete;
  ~worker();

  /// Runs the loop on a thread of its own, until `stop`.
  void start();
  /// Ends the loop after the turn it is in. From any thread.
  void stop();
  /// Waits for the thread's end.
  void join();

  [[nodiscard]] unsigned index() const noexcept { return index_; }
  [[nodiscard]] net::loop& loop() noexcept { return loop_; }
  [[nodiscard]] clock& time() noexcept { return time_; }
  [[nodiscard]] timer_wheel& timers() noexcept { return loop_.timers(); }

  /// Whether the caller may hold the loop up for a tenth of a millisecond, as the check of a signature does: true for
  /// the first who asks in a turn. The others take their work to a lane.
  [[nodiscard]] bool claim_turn() noexcept { return !std::exchange(turn_claimed_, true); }

  /// What a connection reads into; its content is gone (and poisoned) when the read callback ends.
  [[nodiscard]] std::span<char> read_slab() noexcept { return {read_slab_.get(), slab_bytes}; }
  /// Where a batch of answers is composed before its one write.
  [[nodiscard]] std::span<char> write_slab() noexcept { return {write_slab_.get(), slab_bytes}; }
  /// Where a TLS transport reads cipher text; made at the first use.
  [[nodiscard]] std::span<char> cipher_slab();

  /// Has `entry.flush()` called at the end of this turn, databases first. Asking twice is asking once.
  void mark_dirty(flushable& entry, flush_order order) noexcept;
  /// Withdraws it; what is marked must do so before it ends.
  void unmark_dirty(flushable& entry) noexcept;

 private:
  struct dirty_list {
    flushable* first = nullptr;
    flushable* last = nullptr;
  };

  void on_turn_end() override;
  bool flush_round();

  unsigned index_;
  std::unique_ptr<clock> own_time_;
  clock& time_;
  net::loop loop_;
  std::unique_ptr<char[]> read_slab_;
  std::unique_ptr<char[]> write_slab_;
  std::unique_ptr<char[]> cipher_slab_;
  dirty_list dirty_[2];
  std::uint32_t round_ = 0;
  bool turn_claimed_ = false;
  std::thread thread_;
};

}  // namespace candela::net
