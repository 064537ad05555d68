// Router, routes and pipelines of one worker, swapped whole by a reload.
#pragma once

#include <candela/server/route.hpp>
#include <candela/server/router.hpp>
#include <memory>
#include <vector>

namespace candela {

/// Belongs to one worker. Running exchanges keep it alive by a count that only this worker touches.
class generation {
 public:
  generation() = default;
  generation(const generation&) = delete;
  generation& operator=(const generation&) = delete;

  /// Adds a route with its stages; the path's 405 and OPTIONS answers are made by `freeze`. Throws
  /// `std::invalid_argument` for a pattern that is malformed or declared twice for the method.
  void add(std::unique_ptr<route> made);
  /// Takes over a stage instance, which lives as long as the generation.
  void keep(std::unique_ptr<stage_instance> stage) { stages_.push_back(std::move(stage)); }
  /// The stages that run before a route's own, for what has no route as well; `keep` keeps them. Before routes are
  /// added.
  void set_entry(std::vector<const stage_instance*> entry);
  /// The entry chain as it stands in front of `asked`. A stage that declines the route leaves an empty place: every
  /// route has the same number of them, for a request may be sent to another one behind them. Where one of them does
  /// that by its declaration none is asked: what a request passed on its way in must be what it passes on its way out.
  [[nodiscard]] std::vector<stage_hooks> entry_for(const route& asked) const;
  /// Makes the framework's own routes and numbers all of them. Once, before it serves.
  void freeze();

  [[nodiscard]] const candela::router& router() const noexcept { return router_; }
  [[nodiscard]] const std::vector<std::unique_ptr<route>>& routes() const noexcept { return routes_; }
  /// What answers for a path without a route, for malformed requests, and for a method that no server knows.
  [[nodiscard]] const route& not_found() const noexcept { return *not_found_; }
  [[nodiscard]] const route& malformed() const noexcept { return *malformed_; }
  [[nodiscard]] const route& not_implemented() const noexcept { return *not_implemented_; }
  [[nodiscard]] const route& server_options() const noexcept { return *server_options_; }

  /// Never the same for two generations of a worker; never 0.
  [[nodiscard]] std::uint64_t serial() const noexcept { return serial_; }
  void set_serial(std::uint64_t serial) noexcept { serial_ = serial; }

  void enter() noexcept { ++running_; }
  /// True when nobody runs in it any more.
  [[nodiscard]] bool leave() noexcept { return --running_ == 0; }
  [[nodiscard]] std::size_t running() const noexcept { return running_; }

 private:
  route* own_route(std::string_view name, handler answer);
  void number_routes();
  route* path_route(const candela::router::path_entry& entry, handler answer, std::string_view allow);

  candela::router router_;
  std::vector<std::unique_ptr<stage_instance>> stages_;
  std::vector<std::unique_ptr<route>> routes_;
  std::vector<const stage_instance*> entry_;
  bool entry_rewrites_ = false;  // one of them may change where a request goes
  const route* not_found_ = nullptr;
  const route* malformed_ = nullptr;
  const route* not_implemented_ = nullptr;
  const route* server_options_ = nullptr;
  std::size_t running_ = 0;
  std::uint64_t serial_ = 0;
};

}  // namespace candela
