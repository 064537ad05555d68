// Asks a service without a port: for tests of handlers, stages and configurations.
#pragma once

#include <candela/core/manual_clock.hpp>
#include <candela/server/dispatcher.hpp>
#include <candela/service/service.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace candela {

/// What came back.
struct test_answer {
  std::uint16_t status = 0;
  std::vector<std::pair<std::string, std::string>> headers;  ///< names as they were sent
  std::string body;                                          ///< chunks joined
  bool closed = false;                                       ///< whether the service ended the connection behind it

  /// The value of the first such field, in any letter case; empty when there is none.
  [[nodiscard]] std::string_view header(std::string_view name) const noexcept;
};

using test_headers = std::vector<std::pair<std::string, std::string>>;

/// A client of one worker over connections in memory, on the caller's thread: no port, no thread, and with a
/// `manual_clock` no time passes but what the test lets pass. What it goes through is what a request over the network
/// goes through: codec, routes, stages, handler.
///
///     candela::service service;
///     service.get("/hello/{name}", hello);
///     candela::test_client client(service);
///     CHECK(client.get("/hello/world").body == "Hello, world!");
class test_client {
 public:
  /// Makes the service's routes, as `run` does; throws `config::error` for what is wrong with them. The service must
  /// outlive the client, and so must `time`; without one the system's clocks are used.
  explicit test_client(service& asked, manual_clock* time = nullptr);
  test_client(const test_client&) = delete;
  test_client& operator=(const test_client&) = delete;
  ~test_client();

  /// Each asks on a connection of its own and waits for the answer. Throws `std::runtime_error` when none comes within
  /// ten seconds.
  test_answer get(std::string_view path, const test_headers& headers = {});
  test_answer post(std::string_view path, std::string_view body, const test_headers& headers = {});
  test_answer ask(http::method method, std::string_view path, std::string_view body = {},
                  const test_headers& headers = {});

  /// In two steps, for answers that take their time: sends the bytes of a request (any bytes) on a new connection ...
  void send(std::string_view bytes);
  /// ... and gives its answer when it is complete; nothing while it isn't. `to_head`: the request was HEAD.
  [[nodiscard]] std::optional<test_answer> received(bool to_head = false);
  /// The bytes of such a request, with Host and, when there is a body, Content-Length.
  [[nodiscard]] static std::string request(http::method method, std::string_view path, std::string_view body = {},
                                           const test_headers& headers = {});

  /// Lets time pass on the manual clock, and what is due happen. Throws `std::logic_error` without one.
  void pass(std::chrono::milliseconds time);
  /// Runs the worker's loop a few times without waiting.
  void turn();

  [[nodiscard]] net::worker& worker() noexcept;
  [[nodiscard]] candela::dispatcher& dispatcher() noexcept;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace candela
