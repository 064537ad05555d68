#include <CLI/CLI.hpp>
#include <algorithm>
#include <candela/service/detail/command_line.hpp>
#include <charconv>
#include <cstdio>
#include <system_error>

namespace candela::detail {

namespace {

constexpr int usage_error = 2;

// "auto" or a number; CLI11 shows the returned sentence when it is neither.
std::string check_workers(const std::string& text) {
  if (text == "auto") return {};
  return CLI::Range(1, 1024)(text).empty() ? "" : "takes auto or a number from 1 to 1024, not " + text;
}

// CLI11 would take signs and other bases, too.
std::optional<std::uint16_t> port_of(const std::string& text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(port) : std::nullopt;
}

std::string check_port(const std::string& text) {
  return port_of(text) ? "" : "takes a number from 0 to 65535, not " + text;
}

unsigned workers_of(const std::string& text) { return text == "auto" ? 0 : static_cast<unsigned>(std::stoul(text)); }

// Of an option with too few or too many values.
std::string mismatch(const CLI::App& app, const std::string& what) {
  const std::string name = what.substr(0, what.find(':'));
  const CLI::Option* option = app.get_option_no_throw(name);
  if (option == nullptr) return what;
  const auto wanted = static_cast<std::size_t>(option->get_type_size());
  if (option->count() > wanted) return name + " is given twice";
  return name + (wanted == 1 ? " needs a value: " : " needs two values: ") + name + " " + option->get_type_name();
}

// CLI11 lists what it did not understand from its end; people want the first.
std::string sentence(const CLI::App& app, const CLI::ParseError& mistake) {
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&mistake) != nullptr) return mismatch(app, mistake.what());
  const std::vector<std::string> unknown = app.remaining();
  if (dynamic_cast<const CLI::ExtrasError*>(&mistake) == nullptr || unknown.empty()) return mistake.what();
  return (unknown.front().starts_with('-') ? "unknown option " : "unexpected argument ") + unknown.front();
}

int answer(const CLI::App& app, const CLI::ParseError& outcome, const std::string& program) {
  if (outcome.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) {
    std::fputs(app.help().c_str(), stdout);
    return 0;
  }
  std::fprintf(stderr, "%s: %s (see %s --help)\n", program.c_str(), sentence(app, outcome).c_str(), program.c_str());
  return usage_error;
}

/// What CLI11 writes into before it is taken over.
struct raw_values {
  std::string host;
  std::string config;
  std::string workers;
  std::string port;
  std::vector<std::string> tls;
};

void add_options(CLI::App& app, raw_values& raw, command_line& result) {
  app.add_option("--config", raw.config, "the configuration; otherwise service.yml here or beside the program")
      ->type_name("FILE");
  app.add_option("--host", raw.host, "the address to listen on; * for all")->type_name("ADDRESS");
  app.add_option("--port", raw.port, "the port to listen on; 0 for a free one")->check(check_port)->type_name("P");
  app.add_option("--workers", raw.workers, "event loops, each with a thread; auto for one per core")
      ->check(check_workers)
      ->type_name("N");
  app.add_option("--tls", raw.tls, "serve HTTPS with these PEM files")
      ->type_size(2)
      ->expected(1)
      ->type_name("CERT KEY");
  app.add_flag("--check", result.check, "validate the configuration and end");
  app.add_flag("--routes", result.routes, "list the routes, each with its stages, and end");
}

void add_own(CLI::App& app, std::span<const own_option> own, std::vector<std::string>& ignored) {
  ignored.resize(own.size());
  for (std::size_t i = 0; i != own.size(); ++i) {
    if (own[i].takes_value) {
      app.add_option(own[i].name, ignored[i], own[i].help)->type_name("TEXT");
    } else {
      app.add_flag(own[i].name, own[i].help);
    }
  }
}

overrides taken_over(const CLI::App& app, const raw_values& raw) {
  overrides values;
  if (app.count("--host") != 0) values.host = raw.host;
  if (app.count("--port") != 0) values.port = port_of(raw.port);
  if (app.count("--workers") != 0) values.workers = workers_of(raw.workers);
  if (app.count("--tls") != 0) values.tls.emplace(raw.tls.at(0), raw.tls.at(1));
  return values;
}

}  // namespace

command_line read_command_line(const std::string& program, const std::vector<std::string>& arguments,
                               std::span<const own_option> own) {
  CLI::App app("", program);
  command_line result;
  raw_values raw;
  std::vector<std::string> ignored;
  add_options(app, raw, result);
  add_own(app, own, ignored);
  // Last, and not when the author has another idea of it.
  const bool theirs = std::ranges::find(own, "--version", &own_option::name) != own.end();
  if (!theirs) app.add_flag("--version", result.version, "say what this is, and end");
  try {
    // CLI11 takes a vector from its end.
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::ParseError& outcome) {
    result.exit_code = answer(app, outcome, program);
    return result;
  }
  result.values = taken_over(app, raw);
  if (app.count("--config") != 0) result.config_file = raw.config;
  return result;
}

std::optional<std::string> value_of(const std::vector<std::string>& arguments, std::string_view name) {
  for (std::size_t i = 0; i != arguments.size(); ++i) {
    const std::string& each = arguments[i];
    if (each == name && i + 1 != arguments.size()) return arguments[i + 1];
    if (each.size() > name.size() && each.starts_with(name) && each[name.size()] == '=') {
      return each.substr(name.size() + 1);
    }
  }
  return std::nullopt;
}

}  // namespace candela::detail
