// The awaits of queries.
#pragma once

#include <array>
#include <candela/core/cancellation.hpp>
#include <candela/db/channel.hpp>
#include <concepts>
#include <coroutine>
#include <cstddef>
#include <expected>
#include <ranges>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace candela::db {

namespace detail {

template <class Element>
inline constexpr bool lasts =
    std::is_lvalue_reference_v<Element> || std::is_arithmetic_v<Element> || std::same_as<Element, std::string_view>;
template <class... Parts>
inline constexpr bool lasts<std::tuple<Parts...>> = (lasts<Parts> && ...);
template <class First, class Second>
inline constexpr bool lasts<std::pair<First, Second>> = lasts<First> && lasts<Second>;

}  // namespace detail

/// Elements that stay where they are, or are numbers: parameters refer to them. A view that makes a string of its own
/// for each element does not do.
template <class Range>
concept lasting_range =
    std::ranges::sized_range<const Range> && detail::lasts<std::ranges::range_reference_t<const Range>>;

/// What a query is made with: where it goes, where its values go, and who may call it off.
struct query_context {
  channel& target;
  arena& memory;
  cancel_token token;
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
};

/// The part of an await that does not depend on what is asked.
class operation_await : protected operation {
 public:
  explicit operation_await(const query_context& context) noexcept : target_(context.target), token_(context.token) {
    deadline = context.deadline;
    on_done = [](operation& self) noexcept {
      auto& await = static_cast<operation_await&>(self);
      await.pending_ = false;
      await.registration_.disarm();
      await.waiting_.resume();
    };
  }
  ~operation_await() {
    if (pending_) target_.detach(*this);
  }

  [[nodiscard]] bool await_ready() {
    if (failure) return true;  // by whoever prepared it
    if (token_.cancelled()) fail(error(errc::cancelled));
    return failure.has_value();
  }

  bool await_suspend(std::coroutine_handle<> waiting) {
    waiting_ = waiting;
    pending_ = target_.submit(*this);
    if (!pending_) return false;
    const auto cancel = [](void* self) noexcept { static_cast<operation_await*>(self)->cancel(); };
    static_cast<void>(registration_.arm(token_, cancel, this));
    return true;
  }

 protected:
  // Before anything is asked, and on this thread: a statement that cannot be used throws.
  void ask(const statement& asked) {
    static_cast<void>(asked.number());
    what = &asked;
  }

  // Memory that runs out while a row is kept fails the query, not the connection.
  template <class Collector>
  static void collect(Collector& into, operation& asked, std::uint32_t index, const cell* cells) noexcept {
    if (asked.failure) return;
    try {
      into.take(asked, index, cells);
    } catch (...) {
      asked.fail(error(errc::out_of_memory));
    }
  }

 private:
  void cancel() noexcept {
    pending_ = false;
    target_.detach(*this);
    fail(error(errc::cancelled));
    waiting_.resume();
  }

  channel& target_;
  cancel_token token_;
  cancel_registration registration_;
  std::coroutine_handle<> waiting_;
  bool pending_ = false;
};

/// A query with `Count` parameters whose rows go to `Collector`. Await it at once: what its parameters refer to must
/// live until then. Gives `std::expected<Collector::value_type, error>`.
template <class Collector, std::size_t Count>
class [[nodiscard]] query_await : public operation_await {
 public:
  template <class... Arguments>
  query_await(const query_context& context, const statement& asked, const Arguments&... arguments)
      : operation_await(context), values_{to_parameter(arguments)...}, collector_(context.memory, *this) {
    ask(asked);
    parameters = values_.data();
    width = static_cast<std::uint16_t>(Count);
    on_row = [](operation& self, std::uint32_t index, const cell* cells) noexcept {
      collect(static_cast<query_await&>(self).collector_, self, index, cells);
    };
  }

  std::expected<typename Collector::value_type, error> await_resume() {
    if (failure) return std::unexpected(std::move(*failure));
    return collector_.finish(*this);
  }

 private:
  std::array<parameter, Count> values_;
  Collector collector_;
};

/// One statement, asked once for each of `values`: that many separate queries.
template <class Collector>
class [[nodiscard]] each_await : public operation_await {
 public:
  template <class Range>
  each_await(const query_context& context, const statement& asked, const Range& values)
      : operation_await(context), collector_(context.memory, prepare(context, asked, values)) {
    on_row = [](operation& self, std::uint32_t index, const cell* cells) noexcept {
      collect(static_cast<each_await&>(self).collector_, self, index, cells);
    };
  }

  [[nodiscard]] bool await_ready() { return repeat == 0 || operation_await::await_ready(); }

  std::expected<typename Collector::value_type, error> await_resume() {
    if (failure) return std::unexpected(std::move(*failure));
    return collector_.finish(*this);
  }

 private:
  template <class Range>
  const operation& prepare(const query_context& context, const statement& asked, const Range& values) {
    ask(asked);
    repeat = static_cast<std::uint32_t>(std::ranges::size(values));
    parameter* target = nullptr;
    for (const auto& value : values) target = append(context.memory, target, value);
    return *this;
  }

  template <class Value>
  parameter* append(arena& memory, parameter* target, const Value& value) {
    if constexpr (bindable<Value>) {
      target = reserve(memory, target, 1);
      *target = to_parameter(value);
      return target + 1;
    } else {
      return std::apply(
          [&](const auto&... parts) {
            target = reserve(memory, target, sizeof...(parts));
            ((*target++ = to_parameter(parts)), ...);
            return target;
          },
          value);
    }
  }

  parameter* reserve(arena& memory, parameter* target, std::size_t of_each) {
    if (target != nullptr) return target;
    width = static_cast<std::uint16_t>(of_each);
    parameter* first = memory.make_array<parameter>(of_each * repeat).data();
    parameters = first;
    return first;
  }

  Collector collector_;
};

}  // namespace candela::db
