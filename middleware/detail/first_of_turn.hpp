// How much cryptography a loop does itself.
#pragma once

#include <candela/core/clock.hpp>

namespace candela::middleware::detail {

/// Whether nothing else on this thread has asked in this turn of its loop, whose clock that is. One signature check is
/// done where it comes up, which is quicker than to have it done elsewhere; the others of a turn go to a lane, so that
/// no connection waits for more than one.
[[nodiscard]] inline bool first_of_turn(const clock& time) noexcept {
  thread_local clock::steady_time last = clock::steady_time::min();
  if (last == time.steady()) return false;
  last = time.steady();
  return true;
}

}  // namespace candela::middleware::detail
