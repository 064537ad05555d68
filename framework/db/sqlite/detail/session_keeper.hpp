// Private to the room: the sessions of a worker, and who waits for one.
#pragma once

#include <candela/db/driver.hpp>
#include <candela/db/sqlite/detail/ring.hpp>
#include <candela/db/sqlite/detail/session.hpp>
#include <cstddef>
#include <memory>
#include <vector>

namespace candela::db::sqlite {

/// Part of a driver. A session for reading is one of those that the worker has, at most `settings::sessions`; one for
/// writing is given when the database's writer comes free.
class session_keeper {
 public:
  explicit session_keeper(driver& home) noexcept : home_(home) {}

  /// As those of `driver`.
  [[nodiscard]] bool acquire(session_request& wish);
  void withdraw(session_request& wish) noexcept;
  void release(session& used, bool altered);

  /// That session has something to send at the end of the turn.
  void send_soon(session& from);
  /// Adds what sessions have to send.
  void collect(std::vector<std::unique_ptr<batch>>& into);
  /// A batch of kind session, claim or release, before its items are told.
  void come_home(batch& done);

  /// Fails those who have waited too long; returns when to look again.
  std::chrono::steady_clock::time_point end_late(std::chrono::steady_clock::time_point now);
  /// Fails all who wait, and ends all sessions.
  void close() noexcept;

  [[nodiscard]] std::size_t in_use() const noexcept { return in_use_; }
  [[nodiscard]] std::size_t waiting() const noexcept { return waiting_; }

 private:
  using wishes = ring<session_request>;

  [[nodiscard]] session* free_reader();
  [[nodiscard]] session& free_writer();
  void wait(session_request& wish, wishes& among);
  void claim(session_request& wish);
  void grant(session_request& wish, session& granted) noexcept;
  void forget(session_request& wish) noexcept;
  void fail_all(wishes& those, errc why) noexcept;
  void claim_came_home(session& claimed, bool ran);
  void put_away(session& ended);
  void make_free(session& ended);

  driver& home_;
  std::vector<std::unique_ptr<session>> all_;
  std::vector<session*> free_readers_;
  std::vector<session*> free_writers_;
  std::vector<session*> soon_;
  wishes for_reading_;
  wishes for_writing_;
  std::size_t waiting_ = 0;
  std::size_t in_use_ = 0;
  unsigned readers_ = 0;
};

}  // namespace candela::db::sqlite
