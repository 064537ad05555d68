// What takes operations: a worker's shared connection, or a connection of one's own.
#pragma once

#include <candela/db/notification.hpp>
#include <candela/db/operation.hpp>

namespace candela::db {

/// Belongs to one worker's thread. Implemented by drivers.
class channel {
 public:
  channel() = default;
  channel(const channel&) = delete;
  channel& operator=(const channel&) = delete;

  /// Takes the operation over and has it sent at the end of this turn. False when it has ended at once (`failure` says
  /// why): then nobody is told. Otherwise `on_done` is called in a later turn, or from within the call of another
  /// operation's end, never from within this one. Those of a session run in the order of their submission, as if each
  /// were alone. Those of a shared channel may overtake one another, over several connections or threads, or when one
  /// is sent again: whoever needs an order awaits one before he asks the next, or takes a session.
  [[nodiscard]] virtual bool submit(operation& asked) = 0;

  /// Gives a submitted operation back at once, without telling: nobody waits for it any more. Whether it ran remains
  /// unknown. On a shared connection the answer is dropped when it comes; a session is ended by it, and its server is
  /// told to stop.
  virtual void detach(operation& asked) noexcept = 0;

 protected:
  ~channel() = default;
};

/// A connection for one user at a time: for transactions, streams and whatever leaves state in the session.
class session : public channel {
 public:
  /// Asks for the next rows of a stream whose operation has ended with `more`, or goes on with a COPY. As `submit`.
  [[nodiscard]] virtual bool go_on(operation& stream) = 0;

  /// Ends a COPY to the server that waits for more bytes: nothing of it is stored, and the session goes on being used.
  virtual void give_up(operation&) noexcept {}

  /// Whether it can still be used: not after its connection broke or an operation was detached.
  [[nodiscard]] virtual bool usable() const noexcept = 0;

  /// Whether the transaction that is open in it has failed and can only be rolled back.
  [[nodiscard]] virtual bool transaction_failed() const noexcept = 0;

  /// Waits for the next notification on a channel that the session listens to; those that came before are kept. False
  /// when the wish has ended at once (`came` or `failure`). One wish at a time.
  [[nodiscard]] virtual bool await_notification(notification_request& wish) {
    wish.failure.emplace(errc::unsupported, "the database has no notifications");
    return false;
  }
  /// Takes a wish back that has not ended.
  virtual void withdraw(notification_request&) noexcept {}

 protected:
  ~session() = default;
};

/// A wish for a session. Lives in the awaiting coroutine's frame.
struct session_request {
  session_request() noexcept = default;
  session_request(const session_request&) = delete;
  session_request& operator=(const session_request&) = delete;

  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
  /// SQLite: a writer may be asked for from the start, since only one can be had.
  bool reads_only = false;

  session* granted = nullptr;
  std::optional<error> failure;
  void (*on_done)(session_request& self) noexcept = nullptr;

  session_request* next = nullptr;
  session_request* previous = nullptr;
};

}  // namespace candela::db
