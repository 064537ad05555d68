// Private to the room: a COPY under way, one step after the other.
#pragma once

#include <candela/core/cancellation.hpp>
#include <candela/db/dedicated.hpp>
#include <coroutine>
#include <string_view>

namespace candela::db::detail {

/// What the writer and the reader of a COPY have in common. Stays where it is; may end after its session, but is of no
/// use then.
class copy_run : protected operation {
 public:
  copy_run(const session_context& context, session& on, copying way, std::string_view sql) noexcept;
  copy_run(const copy_run&) = delete;
  copy_run& operator=(const copy_run&) = delete;

  /// Awaits the server's consent, or a step: `co_await` it once.
  struct opening {
    copy_run& run;
    bool await_ready() const noexcept { return false; }
    bool await_suspend(std::coroutine_handle<> waiting) { return run.step(waiting); }
    /// Whether the server has agreed; otherwise `failure` says why.
    bool await_resume() const;
  };

  /// The failure, which stays.
  [[nodiscard]] const std::optional<error>& failed() const noexcept { return failure; }

 protected:
  ~copy_run();

  /// The server waits for us, or has more for us.
  [[nodiscard]] bool is_open() const noexcept { return more && !failure; }
  /// Submits, or goes on; resumes `who` at the end. False when there is nothing to wait for: it failed at once.
  [[nodiscard]] bool step(std::coroutine_handle<> who);
  /// A step is done: whether another one was begun before anybody is told.
  virtual bool goes_on(std::coroutine_handle<> waiting) noexcept = 0;

 private:
  void end_step() noexcept;
  void cancel() noexcept;

  session& on_;
  driver& home_;
  cancel_token token_;
  const std::chrono::steady_clock::time_point until_;
  cancel_registration registration_;
  std::coroutine_handle<> waiting_;
  bool begun_ = false;
  bool pending_ = false;
};

}  // namespace candela::db::detail
