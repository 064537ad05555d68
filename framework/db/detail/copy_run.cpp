#include <candela/db/detail/copy_run.hpp>
#include <utility>

namespace candela::db::detail {

copy_run::copy_run(const session_context& context, session& on, copying way, std::string_view sql) noexcept
    : on_(on), home_(context.home), token_(context.token), until_(context.deadline) {
  script = sql;
  copy = way;
  on_done = [](operation& self) noexcept { static_cast<copy_run&>(self).end_step(); };
}

copy_run::~copy_run() {
  if (pending_ || (more && copy == copying::out)) {
    on_.detach(*this);
  } else if (more) {
    on_.give_up(*this);
  }
}

bool copy_run::opening::await_resume() const {
  if (!run.more && !run.failure) {
    run.fail(error(errc::unsupported, run.copy == copying::in ? "the statement is no COPY from STDIN"
                                                              : "the statement is no COPY to STDOUT"));
  }
  return !run.failure;
}

bool copy_run::step(std::coroutine_handle<> who) {
  // Each step has the configured time, and all of them what the handle has; drivers lower it.
  deadline = until_;
  if (token_.cancelled()) fail(error(errc::cancelled));
  if (until_ <= home_.worker().time().steady()) fail(error(errc::timed_out, "the deadline of the COPY has passed"));
  if (failure) return false;
  waiting_ = who;
  pending_ = begun_ ? on_.go_on(*this) : on_.submit(*this);
  begun_ = true;
  if (!pending_) return false;
  const auto cancelled = [](void* self) noexcept { static_cast<copy_run*>(self)->cancel(); };
  static_cast<void>(registration_.arm(token_, cancelled, this));
  return true;
}

// It may also have failed while nobody waited.
void copy_run::end_step() noexcept {
  const std::coroutine_handle<> waiting = std::exchange(waiting_, nullptr);
  registration_.disarm();
  pending_ = false;
  if (waiting == nullptr || (is_open() && goes_on(waiting))) return;
  waiting.resume();
}

void copy_run::cancel() noexcept {
  pending_ = false;
  on_.detach(*this);
  fail(error(errc::cancelled));
  std::exchange(waiting_, nullptr).resume();
}

}  // namespace candela::db::detail
