#include <sys/resource.h>

#include <algorithm>
#include <candela/config/error.hpp>
#include <candela/config/merge.hpp>
#include <candela/config/parse.hpp>
#include <candela/service/detail/banner.hpp>
#include <candela/service/detail/plugin_loader.hpp>
#include <candela/service/detail/runner.hpp>
#include <candela/service/service.hpp>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <stdexcept>
#include <system_error>

namespace candela {

namespace {

constexpr int start_failed = 1;
constexpr const char* database_option = "--db";

// Connections cost descriptors; what the system allows is taken.
void raise_descriptor_limit() noexcept {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

std::string find_configuration(const detail::command_line& line) {
  if (line.config_file) return *line.config_file;
  std::error_code ignored;
  if (std::filesystem::exists("service.yml", ignored)) return "service.yml";
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", ignored);
  const std::filesystem::path beside = program.parent_path() / "service.yml";
  return !program.empty() && std::filesystem::exists(beside, ignored) ? beside.string() : std::string();
}

int start(detail::service_state& state, const detail::command_line& line) {
  const std::string file = state.has_command_line ? find_configuration(line) : std::string();
  detail::overrides values = line.values;
  if (state.code.database) values.database = detail::value_of(state.arguments, database_option);
  const detail::configuration_source source = [&state, file, values] {
    return detail::compose(state.code, file.empty() ? state.configuration : config::load_file(file), values);
  };
  detail::load_plugins(file.empty() ? state.configuration : config::load_file(file), state.names);
  detail::runner running(state, source(), source);
  if (line.routes) {
    std::fputs(running.routes().c_str(), stdout);
    return 0;
  }
  if (!line.check) return running.run();
  running.check();
  std::printf("%s: %s\n", state.facts.name.c_str(),
              file.empty() ? "no configuration file" : (file + " is valid").c_str());
  return 0;
}

}  // namespace

service::service(int argc, char** argv) : state_(std::make_unique<detail::service_state>()) {
  state_->has_command_line = true;
  if (argc > 0) state_->facts.name = std::filesystem::path(argv[0]).filename().string();
  state_->arguments.assign(argv + std::min(argc, 1), argv + argc);
}

service::service(config::node configuration) : state_(std::make_unique<detail::service_state>()) {
  state_->configuration = std::move(configuration);
}

service::~service() = default;

service& service::about(std::string_view name, std::string_view version) {
  state_->facts.name = name;
  state_->facts.version = version;
  return *this;
}

bool service::flag(std::string_view name, std::string_view help) {
  state_->own_options.push_back({std::string(name), std::string(help), false});
  return std::ranges::find(state_->arguments, name) != state_->arguments.end();
}

std::string service::option(std::string_view name, std::string_view help, std::string_view otherwise) {
  state_->own_options.push_back({std::string(name), std::string(help), true});
  return detail::value_of(state_->arguments, name).value_or(std::string(otherwise));
}

service& service::route(http::method method, std::string_view pattern, candela::handler answer, route_options options) {
  detail::planned_route& planned = state_->code.routes.emplace_back();
  planned.method = method;
  planned.pattern = pattern;
  planned.options = std::move(options);
  planned.answer = std::move(answer);
  return *this;
}

service& service::route(http::method method, std::string_view pattern, std::string_view handler_name,
                        route_options options) {
  route(method, pattern, candela::handler(), std::move(options));
  state_->code.routes.back().handler_name = handler_name;
  return *this;
}

service& service::handler(std::string_view name, candela::handler answer) {
  if (!state_->code.handlers.emplace(name, std::move(answer)).second) {
    throw std::invalid_argument("the handler \"" + std::string(name) + "\" is declared twice");
  }
  return *this;
}

service& service::add(stage_factory factory) {
  state_->names.add(factory, "this service");
  return *this;
}

service& service::add(handler_factory factory) {
  state_->names.add(factory, "this service");
  return *this;
}

service& service::chain(std::string_view name, std::vector<stage_use> stages) {
  if (!state_->code.chains.emplace(name, std::move(stages)).second) {
    throw std::invalid_argument("the chain \"" + std::string(name) + "\" is declared twice");
  }
  return *this;
}

service& service::entry(std::vector<stage_use> stages) {
  state_->code.entry = std::move(stages);
  return *this;
}

service& service::database(std::string_view url, const config::node& settings) {
  if (state_->code.database) throw std::invalid_argument("the database is declared twice");
  const config::node place = url.empty() ? config::node::map({}) : config::node::map({{"url", url}});
  state_->code.database = config::merge(place, settings);
  state_->own_options.push_back({database_option, "the database: sqlite:PATH or postgres://...", true});
  return *this;
}

service& service::prepare_database(std::function<task<void>(db::database& data)> work) {
  state_->preparations.push_back(std::move(work));
  return *this;
}

health_registry& service::health() noexcept { return state_->facts.health; }

int service::run() {
  const detail::command_line line =
      detail::read_command_line(state_->facts.name, state_->arguments, state_->own_options);
  if (line.exit_code) return *line.exit_code;
  if (line.version) {
    std::printf("%s\n", detail::title(state_->facts.name, state_->facts.version).c_str());
    return 0;
  }
  std::signal(SIGPIPE, SIG_IGN);
  raise_descriptor_limit();
  try {
    return start(*state_, line);
  } catch (const config::error& wrong) {
    // Begins with file, line and column: what editors and people look for first.
    std::fprintf(stderr, "%s\n", wrong.what());
  } catch (const std::exception& wrong) {
    std::fprintf(stderr, "%s: %s\n", state_->facts.name.c_str(), wrong.what());
  }
  return start_failed;
}

}  // namespace candela
