// Whatever answers a request: a lambda, a function or an object that takes an exchange.
#pragma once

#include <candela/core/task.hpp>
#include <candela/server/step.hpp>
#include <concepts>
#include <memory>
#include <type_traits>
#include <utility>

namespace candela {

class exchange;

/// `void(exchange&)` or `task<void>(exchange&)`, with its object. Shared by all workers, which may call it at the same
/// time: what it changes must be its own to guard. Copies share the object.
class handler {
 public:
  handler() = default;

  template <class Callable>
    requires(!std::same_as<std::remove_cvref_t<Callable>, handler> &&
             std::invocable<std::decay_t<Callable>&, exchange&>)
  handler(Callable&& callable) {
    using function = std::decay_t<Callable>;
    using result = std::invoke_result_t<function&, exchange&>;
    static_assert(std::is_void_v<result> || std::same_as<result, task<void>>, "a handler returns void or task<void>");
    auto held = std::make_shared<function>(std::forward<Callable>(callable));
    object_ = held.get();
    owner_ = std::move(held);
    if constexpr (std::is_void_v<result>) {
      call_ = [](void* object, exchange& x) { (*static_cast<function*>(object))(x); };
    } else {
      start_ = [](void* object, exchange& x) { return (*static_cast<function*>(object))(x); };
    }
  }

  explicit operator bool() const noexcept { return object_ != nullptr; }
  [[nodiscard]] bool is_coroutine() const noexcept { return start_ != nullptr; }
  void call(exchange& x) const { call_(object_, x); }
  [[nodiscard]] task<void> start(exchange& x) const { return start_(object_, x); }

 private:
  std::shared_ptr<void> owner_;
  void* object_ = nullptr;
  void (*call_)(void*, exchange&) = nullptr;
  task<void> (*start_)(void*, exchange&) = nullptr;
};

}  // namespace candela
