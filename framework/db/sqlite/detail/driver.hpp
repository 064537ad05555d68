// Private to the room: one worker's access to a SQLite database.
#pragma once

#include <candela/db/detail/driver_metrics.hpp>
#include <candela/db/driver.hpp>
#include <candela/db/settings.hpp>
#include <candela/db/sqlite/detail/batch.hpp>
#include <candela/db/sqlite/detail/descriptions.hpp>
#include <candela/db/sqlite/detail/driver_link.hpp>
#include <candela/db/sqlite/detail/pool.hpp>
#include <candela/db/sqlite/detail/ring.hpp>
#include <candela/db/sqlite/detail/session_keeper.hpp>
#include <memory>
#include <vector>

namespace candela::db::sqlite {

/// Packs what is asked in a turn into batches, hands them over at the turn's end, and unpacks them when they come home.
class driver final : public db::driver, net::flushable {
 public:
  driver(net::worker& worker, pool& threads, const settings& chosen, metrics::registry* metrics);
  ~driver() override;

  [[nodiscard]] bool submit(operation& asked) override;
  void detach(operation& asked) noexcept override;

  [[nodiscard]] net::worker& worker() noexcept override { return worker_; }
  [[nodiscard]] db::dialect dialect() const noexcept override { return db::dialect::sqlite; }
  [[nodiscard]] driver_usage usage() const noexcept override;
  [[nodiscard]] std::uint32_t stream_rows() const noexcept override { return settings_.stream_rows; }

  [[nodiscard]] bool acquire(session_request& wish) override { return sessions_.acquire(wish); }
  void withdraw(session_request& wish) noexcept override { sessions_.withdraw(wish); }
  void release(db::session& used, bool altered) noexcept override;
  [[nodiscard]] const statement& begin_statement(const transaction_options& options) const noexcept override;
  void close() noexcept override;

  // --- for sessions

  /// A batch as new.
  [[nodiscard]] std::unique_ptr<batch> make_batch(batch::kind what);
  /// Adds an operation that comes home with `target`; false when it has failed at once.
  [[nodiscard]] bool put(operation& asked, batch& target, bool goes_on);
  /// Has `full` handed over at the end of this turn.
  void send(std::unique_ptr<batch> full);
  /// Has sessions asked at the end of this turn for what they have to send.
  void send_soon() noexcept { worker_.mark_dirty(*this, net::flush_order::databases); }
  /// Has whatever is late at that time end then.
  void look_at(std::chrono::steady_clock::time_point deadline);

  [[nodiscard]] const settings& chosen() const noexcept { return settings_; }
  [[nodiscard]] database_file& file() noexcept { return pool_.file(); }
  [[nodiscard]] driver_metrics& figures() noexcept { return metrics_; }
  [[nodiscard]] bool closed() const noexcept { return closed_; }

  // --- for the threads, on the loop

  void come_home(std::unique_ptr<batch> done);

 private:
  // Queries that one thread gets at once: enough to be worth the hand-over, few enough that others can help.
  static constexpr std::uint32_t reads_of_a_batch = 32;
  static constexpr std::size_t spare_batches = 64;

  struct late_timer : net::timer {
    late_timer(net::timer_wheel& wheel, driver& whose);
    driver& owner;
  };

  [[nodiscard]] bool is_slow(const operation& asked) const noexcept;
  void note_speed(const item& one);
  void flush() override;
  void recycle(std::unique_ptr<batch> done);
  void deliver(batch& done);
  void deliver_one(batch& done, item& one);
  void give_rows(const batch& done, const item& one, operation& to);
  void end(operation& ended) noexcept;
  void abandon(operation& ended) noexcept;
  void end_all(ring<operation>& ended, errc why) noexcept;
  void end_late();
  [[nodiscard]] std::chrono::steady_clock::time_point end_of(const operation& asked) const noexcept;
  void show_usage() noexcept;

  net::worker& worker_;
  pool& pool_;
  const settings settings_;
  driver_metrics metrics_;
  std::shared_ptr<driver_link> link_;
  descriptions descriptions_;

  std::unique_ptr<batch> reads_;  // being filled, as are the next ones
  std::unique_ptr<batch> writes_;
  std::vector<bool> slow_;                    // by the statement's number
  std::vector<std::unique_ptr<batch>> full_;  // leave at the end of the turn
  std::vector<std::unique_ptr<batch>> spare_;
  std::vector<cell> cells_;

  ring<operation> asked_;    // all that have not ended
  std::size_t queries_ = 0;  // repetitions of those
  std::size_t bytes_ = 0;    // that were copied for threads
  late_timer timer_;
  session_keeper sessions_;
  bool closed_ = false;
};

}  // namespace candela::db::sqlite
