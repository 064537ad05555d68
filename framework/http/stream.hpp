// One request and its response on some connection, whatever protocol carries it. The codec implements it; exchanges use
// it.
#pragma once

#include <candela/http/response_head.hpp>
#include <candela/net/transport.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace candela::http {

/// Why a stream ended before its time.
enum class cut_reason : std::uint8_t {
  peer_gone,      ///< the peer reset or closed the connection
  body_timeout,   ///< the request's body did not arrive in time
  write_stalled,  ///< the peer stopped reading the response
  body_refused,   ///< the request's body was malformed
  shut_down,      ///< we closed: the grace of the shutdown had passed
};

/// What a stream tells the exchange that owns it. Calls come on the worker's thread.
class stream_events {
 public:
  /// The next bytes of the request's body; a view valid during the call. Every byte is to be credited once it is dealt
  /// with.
  virtual void on_body(std::string_view piece) = 0;
  /// The request's body is complete.
  virtual void on_body_end() = 0;
  /// The body breaks the rules of its framing. The stream can carry one more response, then its connection closes.
  /// `code` and `detail` are static text, each followed by a NUL.
  virtual void on_body_refused(std::uint16_t status, std::string_view code, std::string_view detail) = 0;
  /// What was written has drained below the low mark.
  virtual void on_drained() = 0;
  /// The last byte of the response left. The stream is gone afterwards.
  virtual void on_sent() = 0;
  /// The stream ended before its time and is gone; nothing may be written any more.
  virtual void on_cut(cut_reason reason) = 0;

 protected:
  ~stream_events() = default;
};

/// Where an exchange's response goes and its request's body comes from.
class stream {
 public:
  /// Sends the whole response. `body` is copied or sent before the call returns. A HEAD request gets the head that a
  /// GET would.
  virtual void respond(const response_head& head, std::string_view body) = 0;

  /// Begins a response whose body follows in pieces: of exactly `length` bytes, or of a length that only its end tells.
  virtual void start(const response_head& head, std::optional<std::uint64_t> length) = 0;
  /// Appends to the body. False: more is waiting than the high mark allows; `on_drained` tells when to go on.
  virtual bool write(std::string_view piece) = 0;
  /// Ends a body begun by `start`.
  virtual void finish() = 0;

  /// Breaks the connection, so that the peer cannot take a torn response for a whole one.
  virtual void reset() = 0;

  /// The body is wanted: sends the 100 that a client may be waiting for.
  virtual void want_body() = 0;
  /// `bytes` of the body were dealt with; as many more may come.
  virtual void credit(std::size_t bytes) = 0;

  /// Bytes of response that were handed over so far, heads and framing included.
  [[nodiscard]] virtual std::uint64_t bytes_out() const noexcept = 0;

  /// Answers 101 with `head` and hands over the transport and the bytes that were read beyond the request. The stream
  /// and its connection are gone afterwards. Null when other requests of the connection are unanswered.
  [[nodiscard]] virtual net::transport_ptr upgrade(const response_head& head, std::string& leftover) = 0;

  [[nodiscard]] virtual const net::transport& transport() const noexcept = 0;

 protected:
  ~stream() = default;
};

}  // namespace candela::http
