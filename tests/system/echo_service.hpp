// The example `echo` as the service under test, and the requests that tests make of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "tests/system/client.hpp"
#include "tests/system/response.hpp"
#include "tests/system/server_process.hpp"

namespace candela::system_test {

/// Options of `echo` on a free port with one worker, and `more` behind them.
[[nodiscard]] inline process_options echo_options(const std::vector<std::string>& more = {}) {
  process_options options{.program = ECHO_PROGRAM, .arguments = {"--port", "0", "--workers", "1"}};
  options.arguments.insert(options.arguments.end(), more.begin(), more.end());
  return options;
}

/// The head of a request without a body; `fields` are whole lines.
[[nodiscard]] inline std::string request(std::string_view method, std::string_view target,
                                         std::string_view fields = {}) {
  return std::string(method) + ' ' + std::string(target) + " HTTP/1.1\r\nHost: a\r\n" + std::string(fields) + "\r\n";
}

/// Whether the service answers GET /plaintext over that connection.
[[nodiscard]] inline bool is_served(client& by) {
  return by.send(request("GET", "/plaintext")) && read_response(by).body == "Hello, World!";
}

/// The same over a connection of its own.
[[nodiscard]] inline bool is_served(std::uint16_t port) {
  client fresh(port);
  return is_served(fresh);
}

/// How often each status was answered when so many clients, by turns of these ports, made the same request at once.
[[nodiscard]] inline std::map<unsigned, std::size_t> answers_at_once(const std::string& asked, std::size_t times,
                                                                     std::span<const std::uint16_t> ports) {
  std::vector<client> clients;
  for (std::size_t i = 0; i != times; ++i) clients.emplace_back(ports[i % ports.size()]);
  for (client& each : clients) {
    if (!each.send(asked)) throw std::runtime_error("a request was not taken");
  }
  std::map<unsigned, std::size_t> answers;
  for (client& each : clients) ++answers[read_response(each).status];
  return answers;
}

}  // namespace candela::system_test
