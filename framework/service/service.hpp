// A service: what code declares, laid under what service.yml says, and run.
#pragma once

#include <candela/config/node.hpp>
#include <candela/core/task.hpp>
#include <candela/http/method.hpp>
#include <candela/server/extension.hpp>
#include <candela/server/handler.hpp>
#include <candela/server/route.hpp>
#include <candela/server/stage.hpp>
#include <candela/service/stage_use.hpp>
#include <concepts>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace candela {

class health_registry;
namespace db {
class database;
}
namespace detail {
struct service_state;
}

/// Declares routes, handlers, stages and chains, then runs. Everything is declared before `run`, on one thread. What
/// code says, service.yml can override, and the command line overrides both.
///
/// Functions that declare throw `std::invalid_argument` for names that are given twice; `run` reports whatever else is
/// wrong as one line on the standard error stream and returns 1.
class service {
 public:
  /// Reads service.yml in the working directory, or beside the program, or the file that `--config` names; runs on
  /// defaults when there is none. `--help` lists what else the command line takes.
  service(int argc, char** argv);
  /// Configured by code alone: no command line, no file. For tests.
  explicit service(config::node configuration = {});
  service(const service&) = delete;
  service& operator=(const service&) = delete;
  ~service();

  /// What the banner, `--version` and `--help` call it; otherwise the program's file name and no version.
  service& about(std::string_view name, std::string_view version);

  /// Whether the command line has this switch; `help` is its line in `--help`. Names begin with `--`.
  [[nodiscard]] bool flag(std::string_view name, std::string_view help);
  /// The value that the command line gives for this option, or `otherwise`.
  [[nodiscard]] std::string option(std::string_view name, std::string_view help, std::string_view otherwise);

  /// `pattern` as the router takes it: "/orders/{id}", "/files/{path...}".
  service& route(http::method method, std::string_view pattern, candela::handler answer, route_options options = {});
  service& get(std::string_view pattern, candela::handler answer, route_options options = {}) {
    return route(http::method::get, pattern, std::move(answer), std::move(options));
  }
  service& post(std::string_view pattern, candela::handler answer, route_options options = {}) {
    return route(http::method::post, pattern, std::move(answer), std::move(options));
  }
  service& put(std::string_view pattern, candela::handler answer, route_options options = {}) {
    return route(http::method::put, pattern, std::move(answer), std::move(options));
  }
  service& patch(std::string_view pattern, candela::handler answer, route_options options = {}) {
    return route(http::method::patch, pattern, std::move(answer), std::move(options));
  }
  service& del(std::string_view pattern, candela::handler answer, route_options options = {}) {
    return route(http::method::delete_, pattern, std::move(answer), std::move(options));
  }
  /// A route to a handler by its name: one of this service's, of the file's `handlers`, or one that comes with candela.
  service& route(http::method method, std::string_view pattern, std::string_view handler_name,
                 route_options options = {});

  /// Names a handler, so that service.yml can put it on routes.
  service& handler(std::string_view name, candela::handler answer);
  /// Names a handler class that is built from options: constructed with a `stage_setup&`, once per worker.
  template <class Handler>
  service& handler(std::string_view name) {
    return add(make_handler_factory<Handler>(name));
  }
  /// Names a stage class, so that chains can use it.
  template <class Stage>
  service& stage(std::string_view name) {
    return add(make_stage_factory<Stage>(name));
  }

  /// Declares a chain. The one called `default` is in front of every route that names none.
  service& chain(std::string_view name, std::vector<stage_use> stages);
  /// The stages in front of every request, also of those that no route answers.
  service& entry(std::vector<stage_use> stages);
  /// Puts `default_chain()` there.
  service& use_default_chain() { return entry(default_chain()); }

  /// Says that the service has a database, and where it is unless service.yml (`db.url`) or the command line, which
  /// takes `--db` then, say otherwise: `sqlite:PATH`, `postgres://...`. Without a URL one of those two must. `settings`
  /// is a section `db` that the file's is laid over. A service whose file has that section needs no such call.
  service& database(std::string_view url = {}, const config::node& settings = {});

  /// Work on the database before the service listens, in the order of these calls: tables that are missing, caches that
  /// begin full. An exception or a database that does not answer ends `run` with 1.
  service& prepare_database(std::function<task<void>(db::database& data)> work);

  /// Where the checks of what the service depends on are added; the handler `health` tells what they say.
  [[nodiscard]] health_registry& health() noexcept;

  /// Serves until SIGTERM or SIGINT. Returns what main should: 0 after an orderly end, 1 when the service cannot start,
  /// 2 for a wrong command line.
  [[nodiscard]] int run();

 private:
  friend class test_client;
  service& add(stage_factory factory);
  service& add(handler_factory factory);

  std::unique_ptr<detail::service_state> state_;
};

}  // namespace candela
