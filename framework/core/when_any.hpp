// Racing tasks: the first to end wins, the others are cancelled and waited for.
#pragma once

#include <array>
#include <candela/core/cancellation.hpp>
#include <candela/core/task.hpp>
#include <candela/core/when_all.hpp>
#include <coroutine>
#include <cstddef>
#include <stdexcept>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

namespace candela {

namespace detail {

// The course of a race: who was first, and how many still run.
class race {
 public:
  struct runner {
    race* owner = nullptr;
    std::size_t index = 0;
  };

  explicit race(cancel_source& others) noexcept : others_(others) {}

  void expect(std::coroutine_handle<> parent) noexcept {
    parent_ = parent;
    left_ = 1;
  }
  // A task that has not begun when the race is decided never begins.
  template <class Type>
  void begin(task<Type>& started, runner& place, std::size_t index) {
    if (decided_) return;
    place = runner{this, index};
    ++left_;
    if (started.start(&race::one_ended, &place)) ended(index);
  }
  bool suspend() noexcept { return --left_ != 0; }
  std::size_t winner() const noexcept { return winner_; }

 private:
  static void one_ended(void* place) noexcept {
    const runner ended_runner = *static_cast<runner*>(place);
    race& self = *ended_runner.owner;
    self.ended(ended_runner.index);
    if (self.left_ == 0) self.parent_.resume();
  }
  // The one that just ended is still counted while the others are told, so that their ends don't resume the parent.
  void ended(std::size_t index) noexcept {
    if (!decided_) {
      decided_ = true;
      winner_ = index;
      others_.cancel();
    }
    --left_;
  }

  cancel_source& others_;
  std::coroutine_handle<> parent_;
  std::size_t left_ = 0;
  std::size_t winner_ = 0;
  bool decided_ = false;
};

}  // namespace detail

/// Awaitable of `when_any` over tasks of different types.
template <class... Types>
class any_of_tuple {
 public:
  using result = std::variant<task_value<Types>...>;

  explicit any_of_tuple(cancel_source& others, task<Types>... tasks) noexcept
      : tasks_(std::move(tasks)...), race_(others) {}
  any_of_tuple(const any_of_tuple&) = delete;
  any_of_tuple& operator=(const any_of_tuple&) = delete;

  bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> parent) {
    race_.expect(parent);
    begin_all(std::index_sequence_for<Types...>());
    return race_.suspend();
  }
  result await_resume() { return take<0>(); }

 private:
  template <std::size_t... Indices>
  void begin_all(std::index_sequence<Indices...>) {
    (race_.begin(std::get<Indices>(tasks_), runners_[Indices], Indices), ...);
  }
  template <std::size_t Index>
  result take() {
    if constexpr (Index + 1 != sizeof...(Types)) {
      if (race_.winner() != Index) return take<Index + 1>();
    }
    return result(std::in_place_index<Index>, detail::value_of(std::get<Index>(tasks_)));
  }

  std::tuple<task<Types>...> tasks_;
  detail::race race_;
  std::array<detail::race::runner, sizeof...(Types)> runners_;
};

/// Who won a race of equals, and what it returned (`std::monostate` for nothing).
template <class Type>
struct any_result {
  std::size_t index;
  task_value<Type> value;
};

/// Awaitable of `when_any` over any number of tasks of one type.
template <class Type>
class any_of_vector {
 public:
  any_of_vector(cancel_source& others, std::vector<task<Type>> tasks)
      : tasks_(std::move(tasks)), race_(others), runners_(tasks_.size()) {
    if (tasks_.empty()) throw std::invalid_argument("when_any needs a task");
  }
  any_of_vector(const any_of_vector&) = delete;
  any_of_vector& operator=(const any_of_vector&) = delete;

  bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> parent) {
    race_.expect(parent);
    for (std::size_t i = 0; i != tasks_.size(); ++i) race_.begin(tasks_[i], runners_[i], i);
    return race_.suspend();
  }
  any_result<Type> await_resume() { return {race_.winner(), detail::value_of(tasks_[race_.winner()])}; }

 private:
  std::vector<task<Type>> tasks_;
  detail::race race_;
  std::vector<detail::race::runner> runners_;
};

/// Runs the tasks side by side until one ends, then cancels `others`, whose token the tasks were given, and waits until
/// all have ended: nothing is left running. The variant's index tells the winner; the winner's exception is thrown, the
/// losers' results and exceptions are dropped. The tasks must not have been started.
///
///     cancel_source race(x.cancellation());
///     auto outcome = co_await when_any(race, fetch(url, race.token()), pause(100ms, race.token()));
template <class... Types>
  requires(sizeof...(Types) != 0)
[[nodiscard]] any_of_tuple<Types...> when_any(cancel_source& others, task<Types>... tasks) {
  return any_of_tuple<Types...>(others, std::move(tasks)...);
}

/// The same for a number of tasks that is known only at run time. Throws `std::invalid_argument` for none.
template <class Type>
[[nodiscard]] any_of_vector<Type> when_any(cancel_source& others, std::vector<task<Type>> tasks) {
  return any_of_vector<Type>(others, std::move(tasks));
}

}  // namespace candela
