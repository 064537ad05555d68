// Private to the room: a TLS session over a watched socket.
#pragma once

#include <candela/net/detail/socket_base.hpp>
#include <candela/net/detail/tls_session.hpp>
#include <candela/net/tls_transport.hpp>
#include <chrono>
#include <memory>

namespace candela::net {

/// The socket is watched for three parties: the handshake, the listener's wishes, and sealed bytes that are still here.
class tls_connection final : public socket_base {
 public:
  tls_connection(worker& owner, const address& peer, const tls_context& context, tls_observer* observer);
  using socket_base::open;

  void start(transport_events& events) override;
  io_result read(std::span<char> space) override;
  [[nodiscard]] bool has_pending() const noexcept override;
  io_result write(std::span<const std::string_view> pieces) override;
  void want_read(bool wanted) override;
  void want_write(bool wanted) override;
  void shut_write() override;
  void close(bool reset) noexcept override;

  [[nodiscard]] bool secure() const noexcept override { return true; }
  [[nodiscard]] std::string_view alpn() const noexcept override { return session_.alpn(); }
  [[nodiscard]] const peer_identity* identity() const noexcept override { return identity_.get(); }

 private:
  enum class phase : std::uint8_t { handshake, open, broken };
  struct own_timer : timer {
    using timer::timer;
    tls_connection* owner = nullptr;
  };

  void on_ready(int events) override;
  void on_timer();
  void shake_hands();
  void finish_handshake();
  void refuse(std::string_view why);
  void answer_plain_http() noexcept;
  void lose();
  void deliver();
  [[nodiscard]] io_result read_session(std::span<char> space);
  [[nodiscard]] io_result fill_from_socket(std::span<char> space);
  [[nodiscard]] std::size_t seal(std::span<const std::string_view> pieces, std::size_t skip);
  bool send_unsent() noexcept;
  void watch_what_is_wanted() noexcept;

  tls_session session_;
  own_timer timer_;  ///< bounds the handshake; afterwards calls for plain text that waits while the socket is silent
  std::chrono::milliseconds handshake_timeout_;
  tls_observer* observer_;
  std::unique_ptr<peer_identity> identity_;
  io_status verdict_ = io_status::done;  ///< `ended` or `failed` once a read met that behind the bytes it returned
  std::size_t owed_ = 0;                 ///< plain bytes that are sealed in `unsent` and not reported as written yet
  phase phase_ = phase::handshake;
  bool listener_reads_ = false;
  bool listener_writes_ = false;
  bool notified_ = false;  ///< close_notify is among the bytes sent or unsent
  bool fin_due_ = false;
};

}  // namespace candela::net
