// Awaiting several tasks at once.
#pragma once

#include <candela/core/task.hpp>
#include <coroutine>
#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace candela {

/// `Type`, or `std::monostate` where a task returns nothing.
template <class Type>
using task_value = std::conditional_t<std::is_void_v<Type>, std::monostate, Type>;

namespace detail {

template <class Type>
task_value<Type> value_of(task<Type>& ended) {
  if constexpr (std::is_void_v<Type>) {
    ended.result();
    return {};
  } else {
    return ended.result();
  }
}

// Counts tasks down. One is counted on top while they are being started, so that an early end doesn't resume the
// parent.
class countdown {
 public:
  template <class Type>
  void begin(task<Type>& started) {
    ++left_;
    if (started.start(&countdown::one_ended, this)) --left_;
  }
  void expect(std::coroutine_handle<> parent) noexcept {
    parent_ = parent;
    left_ = 1;
  }
  bool suspend() noexcept { return --left_ != 0; }

 private:
  static void one_ended(void* self) noexcept {
    auto& count = *static_cast<countdown*>(self);
    if (--count.left_ == 0) count.parent_.resume();
  }

  std::size_t left_ = 0;
  std::coroutine_handle<> parent_;
};

}  // namespace detail

/// Awaitable of `when_all` over tasks of different types.
template <class... Types>
class all_of_tuple {
 public:
  explicit all_of_tuple(task<Types>... tasks) noexcept : tasks_(std::move(tasks)...) {}
  all_of_tuple(const all_of_tuple&) = delete;
  all_of_tuple& operator=(const all_of_tuple&) = delete;

  bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> parent) {
    count_.expect(parent);
    std::apply([this](auto&... each) { (count_.begin(each), ...); }, tasks_);
    return count_.suspend();
  }
  std::tuple<task_value<Types>...> await_resume() {
    return std::apply([](auto&... each) { return std::tuple<task_value<Types>...>{detail::value_of(each)...}; },
                      tasks_);
  }

 private:
  std::tuple<task<Types>...> tasks_;
  detail::countdown count_;
};

/// Awaitable of `when_all` over any number of tasks of one type.
template <class Type>
class all_of_vector {
 public:
  explicit all_of_vector(std::vector<task<Type>> tasks) noexcept : tasks_(std::move(tasks)) {}
  all_of_vector(const all_of_vector&) = delete;
  all_of_vector& operator=(const all_of_vector&) = delete;

  bool await_ready() const noexcept { return tasks_.empty(); }
  bool await_suspend(std::coroutine_handle<> parent) {
    count_.expect(parent);
    for (auto& each : tasks_) count_.begin(each);
    return count_.suspend();
  }
  std::vector<task_value<Type>> await_resume() {
    std::vector<task_value<Type>> values;
    values.reserve(tasks_.size());
    for (auto& each : tasks_) values.push_back(detail::value_of(each));
    return values;
  }

 private:
  std::vector<task<Type>> tasks_;
  detail::countdown count_;
};

/// Runs the tasks side by side and waits for every one of them. Gives their results in order, `std::monostate` for a
/// task that returns nothing. When tasks throw, the first one's exception (in argument order) is thrown after all
/// ended. The tasks must not have been started.
template <class... Types>
[[nodiscard]] all_of_tuple<Types...> when_all(task<Types>... tasks) {
  return all_of_tuple<Types...>(std::move(tasks)...);
}

/// The same for a number of tasks that is known only at run time; none at all is ready at once.
template <class Type>
[[nodiscard]] all_of_vector<Type> when_all(std::vector<task<Type>> tasks) {
  return all_of_vector<Type>(std::move(tasks));
}

}  // namespace candela
