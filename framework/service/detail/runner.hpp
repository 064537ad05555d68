// Private to the room: a service from its start to its end.
#pragma once

#include <candela/core/metrics.hpp>
#include <candela/db/source.hpp>
#include <candela/net/lanes.hpp>
#include <candela/net/signal_watch.hpp>
#include <candela/net/tls_watcher.hpp>
#include <candela/server/server.hpp>
#include <candela/service/detail/assembly.hpp>
#include <candela/service/detail/service_state.hpp>
#include <candela/store/source.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace candela::detail {

/// Runs one service on the calling thread, which becomes worker 0's.
class runner {
 public:
  /// `source` is asked again at every reload, on a thread of the file lane.
  runner(service_state& service, composition plan, configuration_source source);
  runner(const runner&) = delete;
  runner& operator=(const runner&) = delete;
  ~runner();

  /// Makes every stage, handler and route once and lets go of them. Throws as `run` does.
  void check();
  /// The routes that it would serve, as text. Throws as `run` does.
  [[nodiscard]] std::string routes();
  /// Serves until a signal ends it. Throws `config::error` or `std::runtime_error` when it cannot start.
  int run();

 private:
  struct pause : net::timer {
    pause(net::timer_wheel& wheel, callback fired, runner& belongs_to) noexcept
        : timer(wheel, fired), owner(belongs_to) {}
    runner& owner;
  };
  class reload;

  [[nodiscard]] server_options options_of_server();
  [[nodiscard]] workshop tools(unsigned index) noexcept {
    return {service_.names,
            metrics_,
            lanes_,
            service_.facts,
            server_->store(index),
            views_.empty() ? nullptr : views_[index]};
  }
  void open();
  void prepare();
  void migrate();
  void open_database();
  void connect_database();
  void open_store();
  void connect_store();
  void close_database();
  void announce() const;
  void watch_signals();
  void watch_certificates();
  void use_certificates(std::shared_ptr<const net::tls_context> fresh);
  void renew_certificates(const server_settings& fresh);
  void on_signal(int number);
  void shut_down();
  void drain();
  /// Does it on a thread of the file lane; `then` is given what was wrong with it in words, on worker 0's.
  void in_background(std::function<void()> work, std::function<void(const std::string& error)> then);
  void start_reload();
  void build_reload();
  void check_reload();
  void commit_reload();
  void end_reload(const std::string& error);
  void report_what_needs_a_restart(const composition& fresh) const;

  service_state& service_;
  composition plan_;
  configuration_source source_;
  metrics::registry metrics_;
  net::lanes lanes_;
  std::shared_ptr<const net::tls_context> tls_;
  std::unique_ptr<db::source> database_;  // outlives the workers' drivers
  std::unique_ptr<store::source> store_;  // the same
  std::unique_ptr<store::revocation_feed> revocations_;
  std::vector<const store::revocations*> views_;  // by worker; none without a list
  std::unique_ptr<server> server_;
  std::optional<net::signal_watch> signals_;
  std::optional<net::tls_watcher> certificates_;
  std::optional<pause> delay_;
  std::shared_ptr<reload> reload_;  // under way
  bool reload_again_ = false;
  bool stopping_ = false;
  bool database_open_ = false;
};

}  // namespace candela::detail
