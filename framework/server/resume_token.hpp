// The right to let a suspended exchange go on, once.
#pragma once

#include <candela/server/step.hpp>
#include <cstdint>
#include <utility>

namespace candela {

class exchange;
namespace net {
class loop;
}

/// Taken with `exchange::suspend()`. Move-only. Exactly one of these happens, and only the first counts:
/// `resume` (from any thread: elsewhere than on the exchange's own loop it is posted there), `fail`, or the token's end
/// without either, which answers 500. When the client has gone meanwhile, it does nothing. The loop must still exist:
/// what holds tokens on other threads is joined before the service ends.
class resume_token {
 public:
  resume_token() noexcept = default;
  resume_token(resume_token&& other) noexcept
      : exchange_(std::exchange(other.exchange_, nullptr)), loop_(other.loop_), generation_(other.generation_) {}
  resume_token& operator=(resume_token&& other) noexcept;
  ~resume_token();

  /// Goes on as if the stage had returned `result` (next or done). A handler's token takes either.
  void resume(step result = step::next);

  /// Whether it can still be resumed.
  explicit operator bool() const noexcept { return exchange_ != nullptr; }

 private:
  friend class exchange;
  resume_token(exchange& suspended, net::loop& loop, std::uint32_t generation) noexcept
      : exchange_(&suspended), loop_(&loop), generation_(generation) {}
  void settle(step result, bool dropped);

  exchange* exchange_ = nullptr;
  net::loop* loop_ = nullptr;
  std::uint32_t generation_ = 0;
};

}  // namespace candela
