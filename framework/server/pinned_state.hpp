// What only an exchange that may suspend has: its own memory, its tasks, its body on the way. Private to the room.
#pragma once

#include <candela/core/byte_queue.hpp>
#include <candela/core/recycled.hpp>
#include <candela/core/scope.hpp>
#include <candela/net/timer_wheel.hpp>
#include <candela/server/exchange.hpp>
#include <candela/server/generation.hpp>
#include <coroutine>
#include <memory>

namespace candela {

struct pinned_state : recycled {
  explicit pinned_state(exchange& belongs_to, net::worker& worker);

  struct owned_timer : net::timer {
    owned_timer(net::timer_wheel& wheel, callback fired, exchange& belongs_to) noexcept
        : timer(wheel, fired), owner(belongs_to) {}
    exchange& owner;
  };

  arena memory;
  http::request_head head;
  owned_timer deadline;
  cancel_source cancel;
  scope work;
  candela::task<step> stage_task;
  candela::task<void> response_task;
  candela::task<void> task;  // the handler's
  std::unique_ptr<const net::peer_identity> identity;
  generation* serving = nullptr;
  exchange* previous = nullptr;  // the dispatcher's list
  exchange* next = nullptr;

  /// Whether a frame or a token still refers to the exchange.
  [[nodiscard]] bool in_use() const noexcept { return task_running || stage_running || response_running || token_out; }

  // The body: raw while the stages decide, then through the filters.
  byte_queue inbound;
  char* body = nullptr;  // of a buffered route, in the arena
  std::size_t body_bytes = 0;
  std::size_t body_capacity = 0;
  std::uint64_t filtered = 0;  // bytes of a streamed body behind the filters
  std::size_t owed = 0;        // raw bytes to be credited when what they became was read
  std::size_t being_read = 0;  // bytes of the piece that `read` gave last
  std::coroutine_handle<> reader;
  std::coroutine_handle<> writer;
  std::coroutine_handle<> head_waiter;  // of `write`, while response hooks run
  std::string_view broken_code;         // why the body ended early

  std::uint32_t token_generation = 0;
  step token_result = step::next;
  std::uint8_t busy = 0;       // our own code is on the stack this many times
  bool token_out = false;      // somebody holds a token
  bool token_taken = false;    // by the hook that is on the stack
  bool token_awaited = false;  // and its settling goes on with the exchange
  bool token_settled = false;  // it was settled before the hook returned
  bool token_dropped = false;  // by its end
  bool stage_running = false;
  bool response_running = false;  // a response hook that is a coroutine
  bool task_running = false;
  bool in_hook = false;        // a hook or handler that may take a token is on the stack
  bool input_ended = false;    // the raw body is complete
  bool body_complete = false;  // and has passed the filters
  bool body_asked = false;
  bool abandoned = false;  // answered over the handler's head
  bool response_ended = false;
  bool cut = false;
  bool joining = false;
  bool over = false;
};

}  // namespace candela
