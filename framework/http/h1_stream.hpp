// One request of an HTTP/1 connection and its place in the order of the answers.
#pragma once

#include <candela/core/byte_queue.hpp>
#include <candela/core/recycled.hpp>
#include <candela/http/h1_head_writer.hpp>
#include <candela/http/request_head.hpp>
#include <candela/http/stream.hpp>
#include <chrono>

namespace candela::http {

class h1_connection;

/// Stands in the connection's ring from its request's head until its answer is composed, then waits for its last byte
/// to leave. Only the first of the ring writes to the connection; the others keep their bytes until they are first.
class h1_stream final : public stream, public recycled {
 public:
  explicit h1_stream(h1_connection& connection) noexcept : connection_(connection) {}

  void respond(const response_head& head, std::string_view body) override;
  void start(const response_head& head, std::optional<std::uint64_t> length) override;
  bool write(std::string_view piece) override;
  void finish() override;
  void reset() override;
  void want_body() override;
  void credit(std::size_t bytes) override;
  [[nodiscard]] std::uint64_t bytes_out() const noexcept override { return bytes_out_; }
  [[nodiscard]] net::transport_ptr upgrade(const response_head& head, std::string& leftover) override;
  [[nodiscard]] const net::transport& transport() const noexcept override;

 private:
  friend class h1_connection;

  /// Takes over what the answer depends on.
  void begin(const request_head& head) noexcept {
    method_ = head.method;
    minor_version_ = head.minor_version;
    keep_alive_ = head.keep_alive;
    expects_continue_ = head.expect_continue;
    usual_ = false;
    begin_again();
  }
  /// For a request like the one before.
  void begin_again() noexcept {
    started_ = finished_ = blocked_ = false;
    bytes_out_ = 0;
  }
  [[nodiscard]] bool safe() const noexcept {
    return method_ == method::get || method_ == method::head || method_ == method::options;
  }
  /// When the body that `connection` reads must have come further: each byte since the last call puts that off by the
  /// time it may take at the least rate, up to the body timeout from `now`. While nobody read, nothing was due.
  [[nodiscard]] static std::chrono::steady_clock::time_point body_due(
      const h1_connection& connection, std::chrono::steady_clock::time_point now) noexcept;
  [[nodiscard]] head_framing frame(const response_head& head, std::optional<std::uint64_t> length) noexcept;

  h1_connection& connection_;
  stream_events* events_ = nullptr;  // null for what was served at once
  h1_stream* next_ = nullptr;
  byte_queue waiting_;     // composed while others come first
  void* batch_ = nullptr;  // the sink's, for what was served behind others
  std::uint64_t bytes_out_ = 0;
  std::uint64_t length_left_ = 0;
  std::uint64_t ends_at_ = 0;  // the connection's count of bytes behind our last one
  std::size_t uncredited_ = 0;
  std::uint64_t body_position_ = 0;  // a count that grows with the body, as `body_due` saw it last
  std::chrono::steady_clock::time_point body_due_{};
  http::method method_ = http::method::get;
  std::uint8_t minor_version_ = 1;
  response_framing framing_ = response_framing::length;
  bool keep_alive_ = true;
  bool expects_continue_ = false;
  bool started_ = false;
  bool finished_ = false;
  bool blocked_ = false;  // a write was refused; on_drained is due
  bool upgrades_ = false;
  bool usual_ = false;  // served at once, on a connection that stays, with a body: composed straight in the slab
};

}  // namespace candela::http
