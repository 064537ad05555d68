// A connection of somebody who has shown a certificate.
#pragma once

#include <candela/net/transport.hpp>
#include <span>
#include <string_view>
#include <utility>

namespace candela::testing {

/// What TLS with a client certificate looks like from above, over any other transport.
class identified_transport final : public net::transport {
 public:
  identified_transport(net::transport_ptr real, net::peer_identity identity)
      : real_(std::move(real)), identity_(std::move(identity)) {}
  void start(net::transport_events& events) override { real_->start(events); }
  void tell(net::transport_events& events) noexcept override { real_->tell(events); }
  net::io_result read(std::span<char> space) override { return real_->read(space); }
  net::io_result write(std::span<const std::string_view> pieces) override { return real_->write(pieces); }
  void want_read(bool wanted) override { real_->want_read(wanted); }
  void want_write(bool wanted) override { real_->want_write(wanted); }
  void shut_write() override { real_->shut_write(); }
  void close(bool reset) noexcept override {
    real_.release()->close(reset);
    delete this;
  }
  [[nodiscard]] const net::address& peer() const noexcept override { return real_->peer(); }
  [[nodiscard]] const net::address& local() const noexcept override { return real_->local(); }
  [[nodiscard]] bool secure() const noexcept override { return true; }
  [[nodiscard]] const net::peer_identity* identity() const noexcept override { return &identity_; }

 private:
  net::transport_ptr real_;
  net::peer_identity identity_;
};

}  // namespace candela::testing
