// The stage interface: one concern of the request/response chain, its hooks found by concept and frozen as pointers.
#pragma once

#include <candela/core/task.hpp>
#include <candela/server/outcome.hpp>
#include <candela/server/step.hpp>
#include <concepts>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>

namespace candela {

namespace http {
struct request_head;
}

class exchange;
class stage_setup;

/// The hooks of one stage instance; an absent hook is null and costs nothing.
struct stage_hooks {
  void* instance = nullptr;
  step (*on_request)(void*, exchange&) = nullptr;
  task<step> (*on_request_task)(void*, exchange&) = nullptr;
  void (*on_response)(void*, exchange&) = nullptr;
  task<void> (*on_response_task)(void*, exchange&) = nullptr;
  void (*on_complete)(void*, const exchange_outcome&) = nullptr;
  bool (*may_suspend_for)(void*, const http::request_head&) = nullptr;
  stage_needs needs = stage_needs::head;
  bool may_suspend = false;      ///< has a coroutine hook, or declares that it takes tokens
  bool rewrites_target = false;  ///< may change where the request goes
  bool checks_scopes = false;    ///< refuses who lacks the scopes that a route is declared with
  std::string_view name;
};

/// A stage instance with its hooks; one per chain and worker, never moved, used on its worker's thread.
class stage_instance {
 public:
  stage_instance() = default;
  stage_instance(const stage_instance&) = delete;
  stage_instance& operator=(const stage_instance&) = delete;
  virtual ~stage_instance() = default;

  [[nodiscard]] const stage_hooks& hooks() const noexcept { return hooks_; }
  /// Whether it joins that route's pipeline; asked once per route, of an entry chain also for what the framework
  /// answers itself (such routes have a name without a slash, or the pattern of the path whose methods they answer
  /// for).
  [[nodiscard]] virtual bool applies_to(const route& asked) const = 0;

 protected:
  stage_hooks hooks_;
};

namespace detail {

template <class Stage>
concept has_request_hook = requires(Stage& stage, exchange& x) {
  { stage.on_request(x) } -> std::same_as<step>;
};
template <class Stage>
concept has_request_task = requires(Stage& stage, exchange& x) {
  { stage.on_request(x) } -> std::same_as<task<step>>;
};
// One whose options decide whether it waits: `waits` says which of its two hooks is taken.
template <class Stage>
concept has_waiting_request = has_request_hook<Stage> && requires(Stage& stage, const Stage& made, exchange& x) {
  { stage.on_request_waiting(x) } -> std::same_as<task<step>>;
  { made.waits() } -> std::same_as<bool>;
};
template <class Stage>
concept has_response_hook = requires(Stage& stage, exchange& x) {
  { stage.on_response(x) } -> std::same_as<void>;
};
template <class Stage>
concept has_response_task = requires(Stage& stage, exchange& x) {
  { stage.on_response(x) } -> std::same_as<task<void>>;
};
// Asked of each request before its first stage: whether it may have to wait for this one. A stage that seldom does says
// so request by request, and the others stay on the straight way; `exchange::may_suspend` tells it later. Where nothing
// has to wait, no `on_request` comes without this question, and the stage is asked about no other request in between.
template <class Stage>
concept has_suspension_question = requires(Stage& stage, const http::request_head& head) {
  { stage.may_suspend_for(head) } -> std::same_as<bool>;
};
template <class Stage>
concept has_complete_hook = requires(Stage& stage, const exchange_outcome& outcome) { stage.on_complete(outcome); };
template <class Stage>
concept has_applies_to = requires(const Stage& stage, const route& asked) {
  { stage.applies_to(asked) } -> std::same_as<bool>;
};

/// The hooks that a class has. What looks like a hook but has another signature does not compile.
template <class Stage>
stage_hooks hooks_of(Stage& stage, std::string_view name) {
  stage_hooks hooks;
  hooks.instance = &stage;
  hooks.name = name;
  if constexpr (has_request_hook<Stage>) {
    hooks.on_request = [](void* self, exchange& x) { return static_cast<Stage*>(self)->on_request(x); };
  } else if constexpr (has_request_task<Stage>) {
    hooks.on_request_task = [](void* self, exchange& x) { return static_cast<Stage*>(self)->on_request(x); };
    hooks.may_suspend = true;
  } else {
    static_assert(!requires { &Stage::on_request; }, "on_request takes an exchange& and returns step or task<step>");
  }
  if constexpr (has_waiting_request<Stage>) {
    if (stage.waits()) {
      hooks.on_request = nullptr;
      hooks.on_request_task = [](void* self, exchange& x) { return static_cast<Stage*>(self)->on_request_waiting(x); };
      hooks.may_suspend = true;
    }
  } else {
    static_assert(
        !requires { &Stage::on_request_waiting; },
        "on_request_waiting returns task<step>, beside an on_request that returns step and a const waits()");
  }
  if constexpr (has_response_hook<Stage>) {
    hooks.on_response = [](void* self, exchange& x) { static_cast<Stage*>(self)->on_response(x); };
  } else if constexpr (has_response_task<Stage>) {
    hooks.on_response_task = [](void* self, exchange& x) { return static_cast<Stage*>(self)->on_response(x); };
    hooks.may_suspend = true;
  } else {
    static_assert(!requires { &Stage::on_response; }, "on_response takes an exchange& and returns void or task<void>");
  }
  if constexpr (has_complete_hook<Stage>) {
    hooks.on_complete = [](void* self, const exchange_outcome& outcome) {
      static_cast<Stage*>(self)->on_complete(outcome);
    };
  } else {
    static_assert(!requires { &Stage::on_complete; }, "on_complete takes a const exchange_outcome&");
  }
  if constexpr (has_suspension_question<Stage>) {
    hooks.may_suspend_for = [](void* self, const http::request_head& head) {
      return static_cast<Stage*>(self)->may_suspend_for(head);
    };
  } else {
    static_assert(
        !requires { &Stage::may_suspend_for; }, "may_suspend_for takes a const request_head& and returns bool");
  }
  if constexpr (requires { Stage::checks_scopes; }) hooks.checks_scopes = Stage::checks_scopes;
  // A constant of the class, or a member that the options have decided.
  if constexpr (requires { stage.needs; }) hooks.needs = stage.needs;
  if constexpr (requires { Stage::may_suspend; }) hooks.may_suspend = hooks.may_suspend || Stage::may_suspend;
  if constexpr (requires { Stage::rewrites_target; }) hooks.rewrites_target = Stage::rewrites_target;
  return hooks;
}

template <class Stage>
class stage_holder final : public stage_instance {
 public:
  stage_holder(stage_setup& setup, std::string_view name) : stage_(setup) { hooks_ = hooks_of(stage_, name); }
  [[nodiscard]] bool applies_to(const route& asked) const override {
    if constexpr (has_applies_to<Stage>) return stage_.applies_to(asked);
    return static_cast<void>(asked), true;
  }

 private:
  Stage stage_;
};

}  // namespace detail

/// How a stage is made from its configuration.
struct stage_factory {
  std::string_view name;
  std::unique_ptr<stage_instance> (*make)(stage_setup& setup, std::string_view name) = nullptr;
};

/// The factory of a stage class; see `CANDELA_STAGE`.
template <class Stage>
constexpr stage_factory make_stage_factory(std::string_view name) noexcept {
  return {name, [](stage_setup& setup, std::string_view named) -> std::unique_ptr<stage_instance> {
            return std::make_unique<detail::stage_holder<Stage>>(setup, named);
          }};
}

}  // namespace candela
