// One request and its response: the only thing that stages and handlers see.
#pragma once

#include <array>
#include <candela/core/arena.hpp>
#include <candela/core/cancellation.hpp>
#include <candela/core/error.hpp>
#include <candela/core/task.hpp>
#include <candela/http/request_sink.hpp>
#include <candela/http/stream.hpp>
#include <candela/json/json.hpp>
#include <candela/net/worker.hpp>
#include <candela/server/attachment.hpp>
#include <candela/server/concatenate.hpp>
#include <candela/server/filter_chain.hpp>
#include <candela/server/problem.hpp>
#include <candela/server/request.hpp>
#include <candela/server/response.hpp>
#include <candela/server/resume_token.hpp>
#include <candela/server/route.hpp>
#include <candela/server/step.hpp>
#include <chrono>
#include <expected>
#include <optional>
#include <span>
#include <string_view>

namespace candela {

namespace db {
class database;
class error;
}  // namespace db

class dispatcher;
struct pinned_state;

/// What `exchange::upgrade` hands over.
struct upgraded_connection {
  net::transport_ptr transport;
  std::string leftover;  ///< bytes that the peer sent behind its request
};

/// Made by the framework; lives until its response has left and everything that runs for it has ended. Belongs to one
/// worker; only a `resume_token` may be used from other threads.
class exchange final : private http::stream_events {
 public:
  exchange(const exchange&) = delete;
  exchange& operator=(const exchange&) = delete;

  // --- the request

  [[nodiscard]] const candela::request& request() const noexcept { return request_; }
  /// A path parameter by name, decoded. Throws `std::out_of_range` for a name that the pattern doesn't have.
  [[nodiscard]] std::string_view path(std::string_view name) const;
  /// A path parameter by position, from 0.
  [[nodiscard]] std::string_view path(std::size_t index) const noexcept { return parameters_[index]; }
  /// A query parameter, decoded; nothing when it isn't there.
  [[nodiscard]] std::optional<std::string_view> query(std::string_view name) const;
  [[nodiscard]] std::string_view header(http::header name) const noexcept { return request_.header(name); }
  [[nodiscard]] std::string_view header(std::string_view name) const noexcept { return request_.header(name); }

  /// The buffered body as a described type. Throws a 400 problem that names the member that is wrong and what was
  /// expected, and 415 when Content-Type says that it isn't JSON.
  template <class Type>
  [[nodiscard]] Type body_as(json::read_options options = {}) {
    require_json();
    auto parsed = json::parse<Type>(request_.body(), *memory_, options);
    if (!parsed) refuse_json(parsed.error());
    return std::move(*parsed);
  }

  /// On a streamed route: the next piece of the body, valid until the next call; an empty one at its end. `cancelled`
  /// or `invalid` as errors.
  [[nodiscard]] task<std::expected<std::string_view, error>> read();

  // --- the response

  [[nodiscard]] candela::response& response() noexcept { return response_; }
  [[nodiscard]] const candela::response& response() const noexcept { return response_; }

  /// Answers text/plain: the parts (text and numbers) joined. The parts are copied.
  void text(std::string_view whole) { response_.content_type("text/plain; charset=utf-8").body(memory_->copy(whole)); }
  template <class... Parts>
    requires(sizeof...(Parts) > 1 || !(std::convertible_to<const Parts&, std::string_view> && ...))
  void text(const Parts&... parts) {
    response_.content_type("text/plain; charset=utf-8").body(concatenate(*memory_, parts...));
  }
  /// Answers application/json: a described value.
  template <class Type>
  void json(const Type& value) {
    response_.content_type("application/json").body(candela::json::to_text(value, *memory_));
  }
  /// Answers with a problem document; what was filled before is dropped.
  void fail(const candela::problem& what);

  /// Streams the response: the head leaves with the first call (after the stages' on_response), with Content-Length
  /// when `begin_body` announced it, otherwise chunked. Waits while more is unsent than the connection's high mark.
  /// `cancelled` when the client has gone: then stop. The body ends when the handler does. Only on routes that may
  /// suspend.
  task<std::expected<void, error>> write(std::string_view piece);
  /// Announces the length of the body that `write` will give, in bytes.
  void announce_length(std::uint64_t bytes) noexcept {
    announced_length_ = bytes;
    touched_ = true;
  }

  // --- what belongs to both

  /// Memory that lives as long as the exchange.
  [[nodiscard]] candela::arena& arena() noexcept { return *memory_; }
  [[nodiscard]] const candela::route& route() const noexcept { return *route_; }
  [[nodiscard]] net::worker& worker() noexcept;
  [[nodiscard]] net::loop& loop() noexcept { return worker().loop(); }
  /// The worker's database, bound to this exchange: what queries give stands in its arena, and they are called off with
  /// it. For handlers that are coroutines; needs <candela/db/db.hpp>. Throws `std::logic_error` when the service has no
  /// database.
  [[nodiscard]] db::database db();
  /// The peer's address.
  [[nodiscard]] const net::address& peer() const noexcept {
    return pinned_ != nullptr ? peer_ : wire_->transport().peer();
  }
  /// Whether the request came over TLS.
  [[nodiscard]] bool secure() const noexcept { return pinned_ != nullptr ? secure_ : wire_->transport().secure(); }
  /// What the client's verified certificate says; null when it showed none. Lives as long as the exchange.
  [[nodiscard]] const net::peer_identity* identity() const noexcept;
  /// What carries the connection; null when the response has left, the client has gone or the connection was handed
  /// over, which may be so after every wait.
  [[nodiscard]] const net::transport* transport() const noexcept {
    return wire_ != nullptr ? &wire_->transport() : nullptr;
  }

  /// The attachment of that type; null when no stage has put one.
  template <attachment Type>
  [[nodiscard]] Type* get() noexcept {
    return slots_ == nullptr ? nullptr : static_cast<Type*>(slots_[detail::slot_of<Type>]);
  }
  template <attachment Type>
  [[nodiscard]] const Type* get() const noexcept {
    return const_cast<exchange*>(this)->get<Type>();
  }
  /// Makes the attachment of that type in the arena; replaces the one before.
  template <attachment Type, class... Arguments>
  Type& put(Arguments&&... arguments) {
    if (slots_ == nullptr) slots_ = make_attachment_slots(*memory_);
    Type& made = memory_->make<Type>(std::forward<Arguments>(arguments)...);
    slots_[detail::slot_of<Type>] = &made;
    return made;
  }

  /// Whether it is answered within the call that brought it, so that no other exchange of its worker runs between its
  /// first hook and its last.
  [[nodiscard]] bool immediate() const noexcept { return pinned_ == nullptr; }

  /// When the response must have begun; the far future on a route without a deadline.
  [[nodiscard]] std::chrono::steady_clock::time_point deadline() const noexcept;
  /// Whether nobody waits for the response any more: the client has gone, the deadline has passed, or the service
  /// stops.
  [[nodiscard]] bool cancelled() const noexcept { return cancelled_; }
  /// For awaitables; never cancelled on a route that does not suspend.
  [[nodiscard]] cancel_token cancellation() noexcept;
  /// Runs `work` beside the handler; the exchange lives until it has ended, and cancels it when it is cancelled itself.
  /// Only on routes that may suspend.
  void spawn(task<void> work);

  // --- for stages

  /// The name under which logs, problem documents and other services know this exchange; empty when no stage gave one.
  [[nodiscard]] std::string_view correlation_id() const noexcept { return correlation_id_; }
  /// `id` must stand in the arena or be static.
  void set_correlation_id(std::string_view id) noexcept { correlation_id_ = id; }

  /// Whether `suspend` may be called: on a route that declared it, or for a request of which a stage said so.
  [[nodiscard]] bool may_suspend() const noexcept {
    return pinned_ != nullptr && (route_->may_suspend || route_->asks_stages);
  }
  /// The right to go on later; the hook then returns `step::suspended` (a plain handler just returns). Throws
  /// `std::logic_error` on a route that did not declare that it may suspend, and in coroutines: those await.
  [[nodiscard]] resume_token suspend();
  /// Changes the target; path and query follow. Text is copied. An entry stage that declared `rewrites_target` is
  /// routed anew. Throws `std::invalid_argument` unless it is in origin form with valid escapes.
  void set_target(std::string_view target);
  /// Changes a request's field; name and value are copied. Throws `std::invalid_argument` for bytes that they cannot
  /// have.
  void set_request_header(std::string_view name, std::string_view value);
  void remove_request_header(std::string_view name);
  /// Replaces a buffered body; the view must stand in the arena or be static.
  void set_request_body(std::string_view body) noexcept { request_.body_ = body; }
  /// Attaches a filter for the request's body; from a stage that needs only the head.
  void filter_input(body_filter& filter);
  /// Attaches a filter for the response's body; not after it has begun.
  void filter_output(body_filter& filter);
  /// Whether the response's head has left.
  [[nodiscard]] bool response_begun() const noexcept { return head_sent_; }
  /// In `on_response`: whether the body comes piece by piece behind it (see `write`), and is not `response().body()`.
  [[nodiscard]] bool response_streamed() const noexcept { return phase_ == phase::handler; }

  /// Answers 101 with what the response holds and takes the connection over. Nothing when the connection has other
  /// requests under way or is gone. `on_complete` runs when the handler ends. Only on routes that may suspend.
  [[nodiscard]] std::optional<upgraded_connection> upgrade();

 private:
  friend class dispatcher;
  friend class resume_token;
  friend struct pinned_state;

  enum class phase : std::uint8_t { stages, body, handler, response, streaming, sent };
  class entry;
  class hook_call;
  class drained_awaiter;
  class body_awaiter;
  class head_awaiter;
  class buffer_sink;
  class queue_sink;
  class stream_sink;

  explicit exchange(dispatcher& home) noexcept;
  ~exchange();

  // http::stream_events, for pinned exchanges
  void on_body(std::string_view piece) override;
  void on_body_end() override;
  void on_body_refused(std::uint16_t status, std::string_view code, std::string_view detail) override;
  void on_drained() override;
  void on_sent() override;
  void on_cut(http::cut_reason reason) override;

  // running
  void start(http::stream& wire, const http::request_head& head, candela::arena& memory);
  void forget_rare() noexcept;
  void reset(http::stream& wire, const http::request_head& head, candela::arena& memory, std::string_view body);
  void serve(http::stream& wire, const http::request_head& head, candela::arena& memory, std::string_view body);
  bool run_stages_immediately();
  void advance();
  bool run_stages();
  bool run_stage(const stage_hooks& stage, step& result);
  void stage_ended();
  void go_on();
  void fail_for_dropped_token();
  bool run_handler();
  void handler_ended();
  bool run_responses();
  bool run_response_task(const stage_hooks& stage);
  void response_task_ended();
  void send();
  void finish_streaming();
  void reroute();
  void fail_with_current_exception();
  void fail_with(const db::error& failed);
  void settle(std::uint32_t generation, step result, bool dropped);
  [[nodiscard]] bool take_suspension(step& result);
  void answer_now(const candela::problem& what);
  void start_deadline();
  void maybe_end();
  bool join_work();
  void cancel();
  [[nodiscard]] exchange_outcome describe() const;

  // the body
  [[nodiscard]] bool body_ready();
  void open_body();
  void take_piece(std::string_view piece);
  void end_input();
  bool append_body(std::string_view bytes);
  void refuse_input(const candela::problem& what);
  [[nodiscard]] std::string_view filtered(std::string_view body);
  void credit(std::size_t bytes);
  task<std::expected<void, error>> begin_streaming();

  void require_json() const;
  [[noreturn]] static void refuse_json(const json::error& wrong);
  http::headers& own_request_headers();
  pinned_state& pinned();

  dispatcher& home_;
  const clock& time_;
  http::stream* wire_ = nullptr;
  const candela::route* route_ = nullptr;
  candela::arena* memory_ = nullptr;
  void** slots_ = nullptr;
  pinned_state* pinned_ = nullptr;
  candela::request request_;
  std::array<std::string_view, http::head_memo::max_parameters> parameters_;
  filter_chain input_filters_;
  filter_chain output_filters_;
  std::optional<std::uint64_t> announced_length_;
  std::string_view problem_code_;
  std::string_view correlation_id_;
  std::chrono::steady_clock::time_point accepted_at_{};
  std::uint64_t bytes_in_ = 0;
  std::uint64_t bytes_out_ = 0;
  std::uint16_t position_ = 0;  // the next stage
  std::uint16_t entered_ = 0;   // stages whose on_response is due
  phase phase_ = phase::stages;
  bool head_sent_ = false;
  bool cancelled_ = false;
  bool body_open_ = false;
  bool rewritten_ = false;  // the target was changed and is not routed yet
  bool touched_ = false;    // something that few requests use is set: filters, a new target, own headers, a problem
  bool own_headers_ = false;
  bool secure_ = false;  // of a pinned one, as is the peer
  net::address peer_;
  candela::response response_;
};

}  // namespace candela
