// Private to the room: what one worker of a server consists of. Used on its worker's thread once the server runs.
#pragma once

#include <candela/db/driver.hpp>
#include <candela/http/h1_context.hpp>
#include <candela/net/listener.hpp>
#include <candela/net/tls_transport.hpp>
#include <candela/server/server.hpp>
#include <candela/store/store.hpp>

namespace candela {

class server::unit final : net::tls_observer {
 public:
  unit(const server_options& options, unsigned index);
  ~unit();

  [[nodiscard]] net::worker& worker() noexcept { return worker_; }
  [[nodiscard]] candela::dispatcher& dispatcher() noexcept { return dispatcher_; }

  [[nodiscard]] std::expected<net::address, std::string> listen(const endpoint& on);
  void accept();
  void use(const http::h1_settings& settings);
  void use(std::unique_ptr<db::driver> database);
  void use(std::unique_ptr<store::worker_store> access) { store_ = std::move(access); }
  [[nodiscard]] store::worker_store* store() noexcept { return store_.get(); }
  void use(std::size_t endpoint_index, std::shared_ptr<const net::tls_context> fresh);

  /// Gives `done` what had to be cut.
  void drain(std::chrono::milliseconds grace, std::move_only_function<void(const drain_report&)> done);
  /// Cuts what is left and has the loop end.
  void end();

 private:
  struct door {
    std::unique_ptr<net::listener> listener;
    std::shared_ptr<const net::tls_context> tls;
  };
  struct drain_timer : net::timer {
    drain_timer(net::timer_wheel& wheel, callback fired, unit& belongs_to) noexcept
        : timer(wheel, fired), owner(belongs_to) {}
    unit& owner;
  };

  void on_handshake_failed(const net::address& peer, std::string_view why) override;
  void open(std::size_t door_index, int descriptor, const net::address& peer);
  void on_closed();
  void retire_contexts();
  void look_at_draining();
  void give_up();
  [[nodiscard]] std::size_t connections() const noexcept;

  net::worker worker_;
  std::unique_ptr<db::driver> database_;  // these two outlive the exchanges that wait for them
  std::unique_ptr<store::worker_store> store_;
  candela::dispatcher dispatcher_;
  std::vector<std::unique_ptr<http::h1_context>> contexts_;  // the last one takes new connections
  std::vector<door> doors_;
  metrics::gauge* connection_gauge_ = nullptr;
  metrics::counter* accepted_ = nullptr;
  metrics::counter* handshakes_failed_ = nullptr;
  drain_timer drain_timer_;
  std::move_only_function<void(const drain_report&)> on_drained_;
  std::chrono::steady_clock::time_point drain_until_{};
  drain_report drained_;
  bool gave_up_ = false;
};

}  // namespace candela
