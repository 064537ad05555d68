// A worker without a port: routes, connections in memory, and a clock that tests move.
#pragma once

#include <candela/core/manual_clock.hpp>
#include <candela/http/h1_context.hpp>
#include <candela/net/memory_transport.hpp>
#include <candela/net/worker.hpp>
#include <candela/server/dispatcher.hpp>
#include <candela/server/exchange.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace candela::testing {

/// Holds any object as a stage of one chain.
template <class Stage>
class test_stage final : public stage_instance {
 public:
  explicit test_stage(Stage stage, std::string_view name) : stage_(std::move(stage)) {
    hooks_ = candela::detail::hooks_of(stage_, name);
  }
  [[nodiscard]] bool applies_to(const route& asked) const override {
    if constexpr (candela::detail::has_applies_to<Stage>) return stage_.applies_to(asked);
    return static_cast<void>(asked), true;
  }

 private:
  Stage stage_;
};

/// Routes are collected, then `serve()` makes them a generation.
class server_fixture {
 public:
  explicit server_fixture(http::h1_settings settings = {}) : settings_(std::move(settings)) {}
  ~server_fixture() {
    context_.reset();
    for (int i = 0; i != 4; ++i) turn();
    dispatcher_.reset();
  }

  template <class Stage>
  void entry(Stage stage, std::string_view name = "entry") {
    auto made = std::make_unique<test_stage<Stage>>(std::move(stage), name);
    entry_.push_back(made.get());
    next_->keep(std::move(made));
    next_->set_entry(entry_);
  }
  template <class Stage>
  stage_hooks keep(Stage stage, std::string_view name = "stage") {
    auto made = std::make_unique<test_stage<Stage>>(std::move(stage), name);
    const stage_hooks hooks = made->hooks();
    next_->keep(std::move(made));
    return hooks;
  }
  void add(http::method method, std::string_view pattern, handler answer, std::vector<stage_hooks> stages = {},
           route_options options = {}) {
    auto made = std::make_unique<route>();
    made->method = method;
    made->pattern = pattern;
    made->handler = std::move(answer);
    made->options = std::move(options);
    made->stages = next_->entry_for(*made);
    made->stages.insert(made->stages.end(), stages.begin(), stages.end());
    next_->add(std::move(made));
  }
  void get(std::string_view pattern, handler answer, std::vector<stage_hooks> stages = {}, route_options options = {}) {
    add(http::method::get, pattern, std::move(answer), std::move(stages), std::move(options));
  }
  void post(std::string_view pattern, handler answer, std::vector<stage_hooks> stages = {},
            route_options options = {}) {
    add(http::method::post, pattern, std::move(answer), std::move(stages), std::move(options));
  }

  /// Serves what was collected; again after more was added, as a reload does.
  void serve() {
    entry_.clear();
    next_->freeze();
    dispatcher_->use(std::exchange(next_, std::make_unique<generation>()));
    if (!context_) context_ = std::make_unique<http::h1_context>(worker_, *dispatcher_, settings_);
  }

  void connect(net::memory_peer& peer) { context_->open(peer.make()); }
  void turn() { worker_.loop().turn(); }
  void turns(int count) {
    for (int i = 0; i != count; ++i) turn();
  }
  void pass(std::chrono::milliseconds time) {
    time_.advance(time);
    worker_.loop().fire_timers();
    turn();
  }
  /// One request on a connection of its own; what came back until nothing more does.
  std::string ask(std::string_view bytes) {
    net::memory_peer peer;
    connect(peer);
    peer.send(bytes);
    turns(4);
    return peer.take();
  }

  [[nodiscard]] net::worker& worker() { return worker_; }
  [[nodiscard]] manual_clock& time() { return time_; }
  [[nodiscard]] candela::dispatcher& dispatcher() { return *dispatcher_; }
  [[nodiscard]] http::h1_context& context() { return *context_; }

 private:
  http::h1_settings settings_;
  manual_clock time_;
  net::worker worker_{0, &time_};
  std::unique_ptr<candela::dispatcher> dispatcher_ = std::make_unique<candela::dispatcher>(worker_);
  std::unique_ptr<http::h1_context> context_;
  std::unique_ptr<generation> next_ = std::make_unique<generation>();
  std::vector<const stage_instance*> entry_;
};

/// A GET request for `path`.
inline std::string get_request(std::string_view path) {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n\r\n";
}
/// The body behind the head of a lone response.
inline std::string body_of(std::string_view response) {
  const std::size_t end = response.find("\r\n\r\n");
  return end == std::string_view::npos ? "no response" : std::string(response.substr(end + 4));
}
inline std::string status_of(std::string_view response) {
  return std::string(response.substr(0, response.find("\r\n")));
}

}  // namespace candela::testing
