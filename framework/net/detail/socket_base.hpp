// Private to the room: a watched socket, which the plain and the TLS transport both are.
#pragma once

#include <candela/net/detail/native_loop.hpp>
#include <candela/net/transport.hpp>
#include <candela/net/worker.hpp>

namespace candela::net {

/// Owns the descriptor and its watch. Derived classes say what readiness means.
class socket_base : public transport {
 public:
  void start(transport_events& events) override;
  void tell(transport_events& events) noexcept override { events_ = &events; }
  void want_read(bool wanted) override;
  void want_write(bool wanted) override;
  void close(bool reset) noexcept override;

  [[nodiscard]] const address& peer() const noexcept override { return peer_; }
  [[nodiscard]] const address& local() const noexcept override { return local_; }

 protected:
  socket_base(worker& owner, const address& peer) noexcept : worker_(owner), peer_(peer) {}

  /// Takes over the descriptor; false (and closed) when the loop refuses it.
  [[nodiscard]] bool open(int descriptor) noexcept;
  /// The socket is ready as watched; `events` are libuv's.
  virtual void on_ready(int events);
  /// Called by `close` before the descriptor goes.
  virtual void before_close() noexcept {}

  [[nodiscard]] io_result receive(std::span<char> space) noexcept;
  [[nodiscard]] io_result send(std::span<const std::string_view> pieces) noexcept;
  /// Watches what is wanted now.
  void rewatch() noexcept;
  /// Whether `close` was not called yet; events may close the transport, whose memory stays until the loop let go of
  /// it.
  [[nodiscard]] bool is_open() const noexcept { return descriptor_ >= 0; }

  worker& worker_;
  transport_events* events_ = nullptr;
  int descriptor_ = -1;
  bool read_wanted_ = false;
  bool write_wanted_ = false;

 private:
  void be_ready(int events) noexcept;

  descriptor_watch watch_;
  address peer_;
  address local_;
};

}  // namespace candela::net
