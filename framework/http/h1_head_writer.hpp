// Writes response heads as HTTP/1.1 has them (RFC 9112, section 4), with what never changes standing ready rendered.
#pragma once

#include <candela/http/response_head.hpp>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace candela::http {

/// How the end of a response's body is told.
enum class response_framing : std::uint8_t {
  none,     ///< no body and no length: 1xx, 204, 304
  length,   ///< Content-Length
  chunked,  ///< Transfer-Encoding: chunked
  close,    ///< by the connection's end, for HTTP/1.0 clients
};

/// What the connection adds to a head.
struct head_framing {
  response_framing framing = response_framing::length;
  std::uint64_t length = 0;
  bool announce_close = false;       ///< Connection: close
  bool announce_keep_alive = false;  ///< Connection: keep-alive, for HTTP/1.0 clients
};

/// One per worker.
class h1_head_writer {
 public:
  /// `server` is the Server field's value; empty leaves the field out.
  explicit h1_head_writer(std::string_view server);

  /// Renders the Date anew when the second has changed.
  void set_time(std::chrono::system_clock::time_point wall) noexcept {
    if (wall < renew_at_ && wall >= rendered_at_) return;
    renew(std::chrono::floor<std::chrono::seconds>(wall));
  }

  /// The most that `write` can need at its target: copies of a fixed size may write beyond the head's end.
  [[nodiscard]] std::size_t bound(const response_head& head) const noexcept {
    std::size_t bytes = fixed_bound + start_bytes_;
    for (const header_field& field : *head.fields) bytes += field.name.size() + field.value.size() + 4;
    for (const header_block* block : head.blocks) bytes += block->rendered().size();
    return bytes;
  }
  /// Writes the head of a 200 with few and short fields, whose body of `length` bytes follows on a connection that
  /// stays. Null, with some bytes written, when it is none such or [target, limit) is too small. Defined in
  /// detail/usual_head.hpp.
  [[nodiscard]] char* write_usual(char* target, const char* limit, const response_head& head,
                                  std::uint64_t length) const noexcept;
  /// Writes the head at `target`, `bound(head)` bytes at most; returns its end.
  [[nodiscard]] char* write(char* target, const response_head& head, const head_framing& framing) const noexcept;

 private:
  void renew(std::chrono::sys_seconds second) noexcept;
  char* write_start(char* target, std::uint16_t status) const noexcept;
  static char* put_blocks(char* target, const char* limit, const response_head& head) noexcept;

  // The longest status line, framing and connection fields, and the room for copies of a fixed size.
  static constexpr std::size_t fixed_bound = 320;
  // A start of up to this many bytes is copied at once.
  static constexpr std::size_t usual_start = 80;
  // A usual head has up to this many fields.
  static constexpr std::size_t usual_fields = 8;

  std::string ok_start_;  // "HTTP/1.1 200 OK\r\n" and what every response has, Server and Date; padded
  std::size_t start_bytes_ = 0;
  std::size_t usual_below_ = 0;  // a head with fewer fields may be usual; none where the start is too long for it
  std::size_t common_at_ = 0;    // where in it Server and Date begin
  std::size_t date_at_ = 0;
  std::chrono::system_clock::time_point rendered_at_{};
  std::chrono::system_clock::time_point renew_at_{};
};

}  // namespace candela::http
