// Runs a coroutine of a test on a loop of its own to its end.
#pragma once

#include <candela/core/scope.hpp>
#include <candela/core/task.hpp>
#include <candela/net/loop.hpp>
#include <optional>

namespace candela::testing {

/// Runs `owner` until the task has ended, and gives what it returned.
template <class Type>
Type run_to_end(net::loop& owner, task<Type> body) {
  const bool ended = body.start([](void* loop) noexcept { static_cast<net::loop*>(loop)->stop(); }, &owner);
  if (!ended) owner.run();
  return body.result();
}

}  // namespace candela::testing
