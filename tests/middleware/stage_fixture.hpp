// Stages made from configuration text, in front of routes on a worker without a port.
#pragma once

#include <candela/config/error.hpp>
#include <candela/config/parse.hpp>
#include <candela/core/metrics.hpp>
#include <candela/net/lanes.hpp>
#include <candela/server/stage_setup.hpp>
#include <candela/store/source.hpp>
#include <string>
#include <string_view>

#include "tests/server/fixture.hpp"

namespace candela::testing {

/// A server whose entry chain is made of real stages.
class stage_fixture : public server_fixture {
 public:
  ~stage_fixture() { lanes_.shut_down(); }

  /// Adds the stage that `options`, a text in YAML, describe. Throws what its constructor throws, and for options that
  /// it does not know.
  template <class Stage>
  void stage(const std::string& options = "") {
    const config::reader reader(config::parse_text(options, "service.yml"));
    stage_setup setup(reader, "default", worker(), metrics_, lanes_, nullptr, store_.get(), revoked_);
    Stage made(setup);
    reader.finish();
    entry(std::move(made));
  }

  /// The same for routes that name it.
  template <class Stage>
  [[nodiscard]] stage_hooks kept(const std::string& options) {
    const config::reader reader(config::parse_text(options, "service.yml"));
    stage_setup setup(reader, "default", worker(), metrics_, lanes_);
    Stage made(setup);
    reader.finish();
    return keep(std::move(made));
  }

  [[nodiscard]] std::string metrics_text() const {
    std::string text;
    metrics_.render(text);
    return text;
  }
  [[nodiscard]] metrics::registry& metrics() { return metrics_; }
  [[nodiscard]] net::lanes& lanes() { return lanes_; }
  [[nodiscard]] store::worker_store& store() { return *store_; }
  /// Stages that are added from here on are given that list.
  void use(const store::revocations& revoked) { revoked_ = &revoked; }
  /// Stages that are added from here on ask that one. Before the first of them.
  void use(std::unique_ptr<store::worker_store> other) { store_ = std::move(other); }

 private:
  candela::metrics::registry metrics_;
  net::lanes lanes_;
  std::unique_ptr<candela::store::source> source_ = candela::store::make_source({}, &metrics_);
  std::unique_ptr<candela::store::worker_store> store_ = source_->open(worker());
  const candela::store::revocations* revoked_ = nullptr;
};

/// What `make()` says about a wrong configuration; "accepted" when nothing is wrong.
template <class Stage>
std::string refusal_of(const std::string& options) {
  stage_fixture server;
  try {
    server.stage<Stage>(options);
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

/// A request with fields of its own, each with its line end.
inline std::string request_with(std::string_view line, std::string_view fields) {
  return std::string(line) + " HTTP/1.1\r\nHost: a\r\n" + std::string(fields) + "\r\n";
}

inline void hello(exchange& x) { x.text("hello"); }

}  // namespace candela::testing
