// PostgreSQL for one worker: shared connections that carry the queries of all its requests, and sessions for one user
// each.
#pragma once

#include <candela/core/scope.hpp>
#include <candela/db/postgres/detail/session_pool.hpp>
#include <memory>
#include <vector>

namespace candela::db::postgres {

class worker_driver final : public db::driver, link_host {
 public:
  worker_driver(net::worker& owner, const settings& chosen, metrics::registry* registry,
                std::shared_ptr<const connect_plan> plan, connect_lanes& lanes);
  ~worker_driver() override;

  // channel
  [[nodiscard]] bool submit(operation& asked) override;
  void detach(operation& asked) noexcept override;

  // driver
  [[nodiscard]] net::worker& worker() noexcept override { return link_host::worker; }
  [[nodiscard]] db::dialect dialect() const noexcept override { return db::dialect::postgres; }
  [[nodiscard]] driver_usage usage() const noexcept override;
  [[nodiscard]] std::uint32_t stream_rows() const noexcept override { return options.stream_rows; }
  [[nodiscard]] bool acquire(session_request& wish) override { return sessions_.acquire(wish); }
  void withdraw(session_request& wish) noexcept override { sessions_.withdraw(wish); }
  void release(session& used, bool altered) noexcept override { sessions_.release(used, altered); }
  [[nodiscard]] const statement& begin_statement(const transaction_options& wanted) const noexcept override;
  void close() noexcept override;

 private:
  struct shared_link {
    std::shared_ptr<link> up;
    std::chrono::steady_clock::time_point since{};
    unsigned failures = 0;
  };
  struct waiting_timer : net::timer {
    waiting_timer(net::timer_wheel& wheel, callback fired, worker_driver& belongs_to) noexcept
        : timer(wheel, fired), owner(belongs_to) {}
    worker_driver& owner;
  };

  // link_host
  void on_link_lost(link& lost, const error& why) override;
  void on_link_abandoned(link& left) override { sessions_.on_abandoned(left); }
  void publish() noexcept override;

  task<void> keep_trying(std::size_t index);
  void adopt(std::size_t index, std::shared_ptr<link> opened);
  void note_failure(shared_link& of, const error& why);
  [[nodiscard]] link* pick() noexcept;
  [[nodiscard]] bool wait(operation& asked);
  void stop_waiting(operation& asked) noexcept;
  [[nodiscard]] bool is_full() const noexcept;
  void send_waiting();
  void expire_waiting();
  void arm_waiting();

  metrics::gauge& connections_;
  connector connector_;
  std::vector<shared_link> shared_;
  intrusive_list<operation> waiting_;
  std::size_t waiting_queries_ = 0;
  std::size_t waiting_bytes_ = 0;  // of their parameters; each keeps its own in its ticket
  error last_failure_{errc::connection_lost, "there is no connection yet"};
  bool closed_ = false;
  waiting_timer timer_;
  scope tasks_;
  session_pool sessions_;
};

}  // namespace candela::db::postgres
