// The running server: its workers, each with listeners, connections and routes of its own.
#pragma once

#include <candela/core/clock.hpp>
#include <candela/core/metrics.hpp>
#include <candela/http/h1_settings.hpp>
#include <candela/net/address.hpp>
#include <candela/net/tls_context.hpp>
#include <candela/net/worker.hpp>
#include <candela/server/dispatcher.hpp>
#include <candela/server/generation.hpp>
#include <chrono>
#include <cstddef>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace candela {

namespace db {
class driver;
}
namespace store {
class worker_store;
}

/// One address to listen on.
struct endpoint {
  net::address where;                             ///< port 0 takes a free one
  std::shared_ptr<const net::tls_context> tls{};  ///< null: plain HTTP
};

struct server_options {
  std::vector<endpoint> endpoints;
  unsigned workers = 1;
  http::h1_settings http;
  clock* time = nullptr;                 ///< replaces the system's clocks on every worker (tests)
  metrics::registry* metrics = nullptr;  ///< counts connections there; must outlive the server
};

/// What draining came to.
struct drain_report {
  std::size_t cut = 0;       ///< connections with requests that were not answered in time
  std::size_t unjoined = 0;  ///< exchanges whose handlers did not end though they were cancelled
};

/// Made, run and destroyed on one thread, which is worker 0's: with one worker the process has no other thread for
/// requests. A connection never changes worker; nothing of one worker is touched by another.
class server {
 public:
  explicit server(server_options options);
  server(const server&) = delete;
  server& operator=(const server&) = delete;
  ~server();

  [[nodiscard]] unsigned workers() const noexcept { return static_cast<unsigned>(units_.size()); }
  [[nodiscard]] net::worker& worker(unsigned index) noexcept;
  [[nodiscard]] candela::dispatcher& dispatcher(unsigned index) noexcept;

  /// Opens every listener: whoever listens there already is found out before the port is shared among the workers. The
  /// error is a sentence.
  [[nodiscard]] std::expected<void, std::string> listen();
  /// Where it listens, with the ports that were chosen; in the order of the endpoints.
  [[nodiscard]] std::vector<net::address> addresses() const;

  /// Serves by `next` on that worker. On its thread, or before `run`.
  void use(unsigned index, std::unique_ptr<generation> next);
  /// Limits of the connections that come from now on. As `use`.
  void use(unsigned index, const http::h1_settings& settings);
  /// The certificate of the handshakes that come from now on, on every worker. On worker 0's thread.
  void use(std::size_t endpoint_index, std::shared_ptr<const net::tls_context> fresh);

  /// What that worker's exchanges reach as `x.db()`; destroyed after the last of them. Before `run`.
  void use(unsigned index, std::unique_ptr<db::driver> database);
  /// What that worker's stages are given as their store; destroyed after them. Before they are made.
  void use(unsigned index, std::unique_ptr<store::worker_store> access);
  /// It; null before.
  [[nodiscard]] store::worker_store* store(unsigned index) noexcept;

  /// Starts the other workers' threads and runs worker 0 on this one, until `stop`; then everything left is cut.
  void run();
  /// Has `run` return. From any thread.
  void stop();

  /// Accepts what is queued, closes the listeners, lets the requests under way end for at most `grace`, cuts the rest
  /// and cancels its handlers. `done` is called once, on worker 0's thread, where this must be called as well.
  void drain(std::chrono::milliseconds grace, std::move_only_function<void(const drain_report&)> done);

  /// Runs `work` on every worker's thread, on this one at once; on this one for all while the server doesn't run. On
  /// worker 0's thread.
  void on_each(const std::function<void(unsigned index)>& work);

 private:
  class unit;

  server_options options_;
  std::vector<std::unique_ptr<unit>> units_;
  drain_report drained_;
  std::size_t draining_ = 0;  // workers that have not ended it
  bool running_ = false;
  std::move_only_function<void(const drain_report&)> on_drained_;
};

}  // namespace candela
