// Who answers the requests of a connection. The server implements it; codecs call it.
#pragma once

#include <array>
#include <candela/http/head_parser.hpp>
#include <candela/http/request_head.hpp>
#include <candela/http/stream.hpp>
#include <cstdint>
#include <string_view>

namespace candela::http {

/// What a sink keeps with a head that a connection remembers, so that an equal head need not be routed again. Cleared
/// whenever the head changes.
struct head_memo {
  static constexpr std::size_t max_parameters = 8;

  std::uint64_t generation = 0;  ///< the sink's number for the set of routes that `route` belongs to; 0 for none
  const void* route = nullptr;
  std::array<std::string_view, max_parameters> parameters{};  ///< views into the remembered head
  std::uint8_t parameter_count = 0;
};

/// Answers requests. One per worker; calls come on its thread.
class request_sink {
 public:
  /// Whether this request must be pinned: it may suspend or its body is not here yet. Called before `serve` or `open`,
  /// in the same callback. `memo` may be null; otherwise it belongs to a remembered head equal to this one.
  [[nodiscard]] virtual bool must_pin(const request_head& head, head_memo* memo, bool body_complete) = 0;

  /// The usual way in one call: false, and nothing done, when the request must be pinned; otherwise as `serve`.
  [[nodiscard]] virtual bool try_serve(stream& wire, const request_head& head, head_memo* memo, std::string_view body,
                                       bool body_complete) = 0;

  /// `try_serve` for a head without a body that came before on its connection and was served then.
  [[nodiscard]] virtual bool serve_again(stream& wire, const request_head& head, head_memo& memo) = 0;

  /// Answers now, through `wire`, before it returns. Views of `head` and `body` are valid during the call.
  virtual void serve(stream& wire, const request_head& head, std::string_view body) = 0;

  /// Takes the request over: keeps what it needs of `head` in memory of its own, and `wire` until one of on_sent,
  /// on_cut or upgrade. The body follows as events, after this call.
  virtual stream_events& open(stream& wire, const request_head& head) = 0;
  /// Begins to answer what was opened; called after `open`, once the connection is ready for its calls.
  virtual void begin(stream_events& opened) = 0;

  /// Has a malformed request answered through `wire`, before it returns, and counted.
  virtual void refuse(stream& wire, const head_error& error) = 0;

  /// Every answer that `serve` gave since the last call has left, or is lost with its connection.
  virtual void batch_sent(bool delivered) = 0;
  /// The answers since the last call wait in the connection: keeps what belongs to them apart and names it. Null when
  /// there is nothing to keep.
  [[nodiscard]] virtual void* detach_batch() = 0;
  /// What `detach_batch` named has left or is lost.
  virtual void detached_sent(void* batch, bool delivered) = 0;

 protected:
  ~request_sink() = default;
};

}  // namespace candela::http
