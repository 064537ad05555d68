// A transport without a socket: what is fed is read, what is written is kept. For tests of handlers and codecs.
#pragma once

#include <candela/net/address.hpp>
#include <candela/net/transport.hpp>
#include <cstddef>
#include <string>

namespace candela::net {

/// The two ends of a connection in memory. The transport end belongs to whoever `make` gave it to; this object is the
/// peer's end and must outlive the other or outlast its `close`.
class memory_peer {
 public:
  memory_peer() = default;
  /// One of that address; others are at 127.0.0.1, port 1.
  explicit memory_peer(const address& at) : address_(at) {}
  memory_peer(const memory_peer&) = delete;
  memory_peer& operator=(const memory_peer&) = delete;
  ~memory_peer();

  /// Makes the other end; once.
  [[nodiscard]] transport_ptr make();

  /// Gives bytes to the other end, which reads at once if it wants to. They arrive in one read. There is no loop: a
  /// reader that paused and wants to read again is served by the next `send`, `end` or `take` (which may be of
  /// nothing).
  void send(std::string_view bytes);
  /// Half-closes: the other end's next read says that we ended.
  void end();
  /// Breaks the connection, as a reset does.
  void reset();

  /// What the other end wrote since the last call.
  [[nodiscard]] std::string take();
  [[nodiscard]] std::string_view received() const noexcept { return received_; }
  /// Whether the other end said that it writes no more, or closed.
  [[nodiscard]] bool ended() const noexcept { return ended_; }
  [[nodiscard]] bool closed() const noexcept { return end_ == nullptr; }
  /// Number of write calls that moved bytes.
  [[nodiscard]] std::size_t writes() const noexcept { return writes_; }
  [[nodiscard]] std::size_t reads() const noexcept { return reads_; }

  /// Bytes that may be written before the other end's writes block; `take` and a higher value let them go on.
  void set_window(std::size_t bytes);

 private:
  class end_point;
  void pump();
  void tell_writable();

  end_point* end_ = nullptr;
  address address_ = *address::parse("127.0.0.1", 1);
  std::string sent_;
  std::string received_;
  std::size_t window_ = SIZE_MAX;
  std::size_t writes_ = 0;
  std::size_t reads_ = 0;
  bool we_ended_ = false;
  bool we_reset_ = false;
  bool ended_ = false;
};

}  // namespace candela::net
