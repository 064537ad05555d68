// Telling servers to stop, on a thread that blocks.
#pragma once

#include <candela/db/postgres/detail/libpq.hpp>
#include <memory>

namespace candela::db::postgres {

/// Sends requests to cancel, one after the other. libpq gives such a request no limit of time, and no way to end it:
/// one to a server that does not answer is left alone with its thread when the service ends. Thread-safe.
class cancel_thread {
 public:
  cancel_thread();
  cancel_thread(const cancel_thread&) = delete;
  cancel_thread& operator=(const cancel_thread&) = delete;
  ~cancel_thread() { shut_down(); }

  /// Sends it soon. When too many wait, the query is left to its own timeout.
  void send(std::shared_ptr<PGcancel> request);

  /// Takes no more, and waits a second at most for the one that is being sent.
  void shut_down();

 private:
  struct state;
  void start();

  // Shared with the thread, which may outlive us.
  const std::shared_ptr<state> state_;
};

}  // namespace candela::db::postgres
