// What a database tells those who listen (PostgreSQL's LISTEN and NOTIFY).
#pragma once

#include <candela/core/cancellation.hpp>
#include <candela/db/error.hpp>
#include <candela/net/timer_wheel.hpp>
#include <chrono>
#include <coroutine>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>

namespace candela::net {
class worker;
}

namespace candela::db {

class session;

/// One notification.
struct notification {
  std::string channel;
  std::string payload;       ///< empty when none was given
  std::int32_t process = 0;  ///< of the server, which the notifying session has
};

/// A wish for the next one. Lives in the awaiting coroutine's frame.
struct notification_request {
  notification_request() noexcept = default;
  notification_request(const notification_request&) = delete;
  notification_request& operator=(const notification_request&) = delete;

  std::optional<notification> came;
  std::optional<error> failure;
  void (*on_done)(notification_request& self) noexcept = nullptr;
};

/// Waits for the next notification of a session; gives `std::expected<notification, error>`. What ends the wait, be it
/// the deadline or a cancellation, leaves the session as it is.
class [[nodiscard]] notification_await : notification_request {
 public:
  notification_await(session& from, net::worker& home, cancel_token token,
                     std::chrono::steady_clock::time_point deadline) noexcept;
  ~notification_await();

  [[nodiscard]] bool await_ready();
  bool await_suspend(std::coroutine_handle<> waiting);
  std::expected<notification, error> await_resume();

 private:
  struct patience : net::timer {
    patience(net::timer_wheel& wheel, callback fired, notification_await& belongs_to) noexcept
        : timer(wheel, fired), owner(belongs_to) {}
    notification_await& owner;
  };

  void end() noexcept;
  void give_up(errc why) noexcept;

  session& from_;
  cancel_token token_;
  std::chrono::steady_clock::time_point deadline_;
  patience timer_;
  cancel_registration registration_;
  std::coroutine_handle<> waiting_;
  bool pending_ = false;
};

}  // namespace candela::db
