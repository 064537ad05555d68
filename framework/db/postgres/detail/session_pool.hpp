// The connections of a worker that one user has at a time.
#pragma once

#include <candela/core/scope.hpp>
#include <candela/db/postgres/detail/connector.hpp>
#include <candela/db/postgres/detail/intrusive_list.hpp>
#include <candela/db/postgres/detail/pooled_session.hpp>
#include <memory>
#include <vector>

namespace candela::db::postgres {

/// Opens them when they are asked for, up to a limit, and closes those that nobody has used for a while. Whoever comes
/// when all are in use waits, in order. One worker's thread.
class session_pool {
 public:
  session_pool(link_host& host, connector& opener, scope& tasks);
  ~session_pool();

  [[nodiscard]] bool acquire(session_request& wish);
  void withdraw(session_request& wish) noexcept;
  void release(session& used, bool altered) noexcept;
  void close() noexcept;

  /// A session's link has ended, or must end since its query was given up.
  void on_lost(link& lost) noexcept;
  void on_abandoned(link& left);

  [[nodiscard]] std::size_t open() const noexcept { return sessions_.size(); }
  [[nodiscard]] std::size_t in_use() const noexcept { return in_use_; }
  [[nodiscard]] std::size_t waiting() const noexcept { return waiting_; }
  [[nodiscard]] link_host& host() noexcept { return host_; }

 private:
  struct pool_timer : net::timer {
    pool_timer(net::timer_wheel& wheel, callback fired, session_pool& belongs_to) noexcept
        : timer(wheel, fired), owner(belongs_to) {}
    session_pool& owner;
  };

  task<void> open_one();
  void grant(pooled_session& free, session_request& to) noexcept;
  void give_back(pooled_session& free) noexcept;
  void mend(pooled_session& used, const statement& how);
  void mended(pooled_session& used) noexcept;
  void discard(pooled_session& left) noexcept;
  void drop_broken() noexcept;
  void serve_waiting() noexcept;
  void fail_waiting(const error& why) noexcept;
  void end_wish(session_request& wish) noexcept;
  [[nodiscard]] pooled_session* find_free() noexcept;
  [[nodiscard]] pooled_session* find(const link& of) noexcept;
  void publish() noexcept;
  void on_timer();
  void expire_wishes(std::chrono::steady_clock::time_point now);
  void close_idle(std::chrono::steady_clock::time_point now);
  void arm();

  link_host& host_;
  connector& connector_;
  scope& tasks_;
  std::vector<std::unique_ptr<pooled_session>> sessions_;
  std::vector<std::unique_ptr<pooled_session>> discarded_;  // until nothing of theirs can be on the stack
  intrusive_list<session_request> wishes_;
  std::size_t waiting_ = 0;
  std::size_t opening_ = 0;
  std::size_t in_use_ = 0;
  bool closed_ = false;
  pool_timer timer_;
};

}  // namespace candela::db::postgres
