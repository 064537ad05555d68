// A server with routes that answer at once, late or never, and one client in memory.
#pragma once

#include <candela/net/sleep.hpp>
#include <string>
#include <tests/server/fixture.hpp>

namespace candela::testing {

inline task<void> answer_late(exchange& x) {
  static_cast<void>(co_await net::sleep_for(x.worker(), std::chrono::milliseconds(10), x.cancellation()));
  x.text("late ", x.path("n"));
}

// /fast/{n}, /late/{n}, /big/{bytes}, /wait (until cancelled), POST /save
struct connected {
  explicit connected(http::h1_settings settings = {}) : server(std::move(settings)) {
    server.get("/fast/{n}", [](exchange& x) { x.text("fast ", x.path("n")); });
    server.get("/late/{n}", answer_late);
    server.get("/big/{n}", [](exchange& x) { x.text(std::string(std::stoul(std::string(x.path("n"))), 'x')); });
    server.get("/wait", [this](exchange& x) -> task<void> {
      co_await until_cancelled(x.cancellation());
      ++cancelled;
    });
    server.get("/streamed", [](exchange& x) -> task<void> {
      auto written = co_await x.write("piece");
      static_cast<void>(written);
    });
    server.get("/empty/{n}", [](exchange& x) { x.response().status(x.path("n") == "204" ? 204 : 304); });
    server.post("/save", [this](exchange& x) { ++saved, x.text("saved"); });
    server.serve();
    server.connect(peer);
  }
  std::string send(std::string_view bytes) {
    peer.send(bytes);
    server.turns(3);
    return peer.take();
  }
  std::string after(std::chrono::milliseconds time) {
    server.pass(time);
    server.turns(2);
    return peer.take();
  }
  int cancelled = 0;
  int saved = 0;
  server_fixture server;
  net::memory_peer peer;
};

// The bodies of text answers, one after another; heads left out.
inline std::string bodies(std::string_view answers) {
  std::string all;
  while (!answers.empty()) {
    const std::size_t end = answers.find("\r\n\r\n");
    const std::size_t length = answers.find("Content-Length: ");
    if (end == std::string_view::npos || length > end) return all + "?";
    const std::size_t bytes = std::stoul(std::string(answers.substr(length + 16, 10)));
    if (answers.size() < end + 4 + bytes) return all + "?";
    all += std::string(answers.substr(end + 4, bytes)) + ",";
    answers.remove_prefix(end + 4 + bytes);
  }
  return all;
}

inline std::size_t count(std::string_view text, std::string_view part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

inline constexpr std::chrono::milliseconds late_enough{11};

}  // namespace candela::testing
