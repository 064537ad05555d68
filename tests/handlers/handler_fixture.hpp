// Handlers made from configuration text, behind routes on a worker without a port.
#pragma once

#include <candela/config/error.hpp>
#include <candela/config/parse.hpp>
#include <candela/core/metrics.hpp>
#include <candela/net/lanes.hpp>
#include <candela/server/extension.hpp>
#include <candela/server/service_facts.hpp>
#include <candela/server/stage_setup.hpp>
#include <chrono>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>

#include "tests/server/fixture.hpp"

namespace candela::testing {

/// A server whose handlers are built from options, in a service with facts and lanes.
class handler_fixture : public server_fixture {
 public:
  ~handler_fixture() { lanes_.shut_down(); }

  /// The handler that `options`, a text in YAML, describe.
  template <class Handler>
  [[nodiscard]] handler made(const std::string& options = "") {
    const config::reader reader(config::parse_text(options, "service.yml"));
    stage_setup setup(reader, "", worker(), metrics_, lanes_, &facts_);
    handler result = make_handler_factory<Handler>("tested").make(setup);
    reader.finish();
    return result;
  }

  /// Runs the loop until `done()` holds; work on other threads may take its time, but not for ever.
  template <class Predicate>
  void run_until(Predicate done) {
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!done()) {
      if (std::chrono::steady_clock::now() > give_up) throw std::runtime_error("it never came true");
      turn();
      std::this_thread::yield();
    }
  }

  /// One request and its whole answer, however many turns and threads that takes.
  [[nodiscard]] std::string ask_and_wait(std::string_view request) {
    net::memory_peer peer;
    connect(peer);
    peer.send(request);
    std::string answer;
    run_until([&] {
      answer += peer.take();
      return dispatcher().running() == 0 && !answer.empty();
    });
    turn();
    return answer + peer.take();
  }

  [[nodiscard]] service_facts& facts() { return facts_; }
  [[nodiscard]] candela::metrics::registry& metrics() { return metrics_; }
  [[nodiscard]] net::lanes& lanes() { return lanes_; }

 private:
  service_facts facts_;
  candela::metrics::registry metrics_;
  net::lanes lanes_;
};

/// What `made()` says about a wrong configuration; "accepted" when nothing is wrong.
template <class Handler>
std::string refusal_of(const std::string& options) {
  handler_fixture server;
  try {
    static_cast<void>(server.made<Handler>(options));
  } catch (const config::error& wrong) {
    return wrong.what();
  }
  return "accepted";
}

/// The value of a lone response's field; "none" when it has no such field.
inline std::string field_of(std::string_view response, const std::string& name) {
  const std::string_view head = response.substr(0, response.find("\r\n\r\n") + 2);
  const std::size_t line = head.find("\r\n" + name + ": ");
  if (line == std::string_view::npos) return "none";
  const std::size_t value = line + 2 + name.size() + 2;
  return std::string(head.substr(value, head.find("\r\n", value) - value));
}

}  // namespace candela::testing
