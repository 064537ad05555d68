// A connection of one's own, for what leaves state in the session.
#pragma once

#include <algorithm>
#include <candela/core/task.hpp>
#include <candela/db/driver.hpp>
#include <candela/db/notification.hpp>
#include <candela/db/queries.hpp>
#include <coroutine>
#include <string_view>
#include <utility>

namespace candela::db {

class copy_reader;
class copy_writer;

/// What a session is asked for with: everything that a handle knows.
struct session_context {
  driver& home;
  arena& memory;
  cancel_token token;
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
};

/// Owns a session until its end, when the driver takes it back.
class dedicated : public queries {
 public:
  dedicated(const session_context& context, session& granted) noexcept
      : queries(granted, context.memory, context.token, context.deadline), home_(&context.home), session_(&granted) {}
  dedicated(dedicated&& other) noexcept
      : queries(other),
        home_(other.home_),
        session_(std::exchange(other.session_, nullptr)),
        altered_(other.altered_) {}
  dedicated& operator=(dedicated&&) = delete;
  ~dedicated() {
    if (session_ != nullptr) home_->release(*session_, altered_);
  }

  /// Runs several statements without parameters, separated by semicolons, as one: all of them or none, unless they say
  /// BEGIN and COMMIT themselves. The text must live until then; it is SQL, so never made from what users type.
  [[nodiscard]] task<std::expected<void, error>> script(std::string_view sql);

  /// Begins `COPY ... FROM STDIN` (PostgreSQL; otherwise the error `unsupported`), whose statement says the format.
  [[nodiscard]] task<std::expected<copy_writer, error>> copy_in(const statement& what);
  /// Begins `COPY ... TO STDOUT`.
  [[nodiscard]] task<std::expected<copy_reader, error>> copy_out(const statement& what);

  /// Listens to that channel from here on, or, in a transaction, from its commit on (PostgreSQL; otherwise the error
  /// `unsupported`). The name is taken as it is.
  [[nodiscard]] task<std::expected<void, error>> listen(std::string_view channel);

  /// The next notification on a channel that is listened to, `std::expected<notification, error>`. They come while no
  /// transaction is open, and up to a thousand are kept until they are asked for; beyond that the session ends, since
  /// none shall be missed. Waits until the given time, the deadline of the handle, or its cancellation.
  [[nodiscard]] notification_await next_notification(
      std::chrono::steady_clock::time_point until = std::chrono::steady_clock::time_point::max()) const noexcept {
    return {*session_, home_->worker(), token_, std::min(until, deadline_)};
  }

  /// Says that settings or temporary objects stay behind, so that the session is made as new before others get it.
  void mark_altered() noexcept { altered_ = true; }

  [[nodiscard]] db::session& session() noexcept { return *session_; }
  /// From here on, queries don't heed the cancellation: to end properly what was begun.
  void ignore_cancellation() noexcept { token_ = {}; }

 private:
  [[nodiscard]] session_context session_part() const noexcept { return {*home_, *memory_, token_, deadline_}; }
  [[nodiscard]] std::expected<void, error> check_copy() const;

  driver* home_;
  db::session* session_;
  bool altered_ = false;
};

/// Waits for a session; gives `std::expected<dedicated, error>`.
class [[nodiscard]] session_await : session_request {
 public:
  session_await(const session_context& context, bool for_reading) noexcept;
  ~session_await();

  [[nodiscard]] bool await_ready();
  bool await_suspend(std::coroutine_handle<> waiting);
  std::expected<dedicated, error> await_resume();

 private:
  void cancel() noexcept;

  session_context context_;
  cancel_registration registration_;
  std::coroutine_handle<> waiting_;
  bool pending_ = false;
};

}  // namespace candela::db
