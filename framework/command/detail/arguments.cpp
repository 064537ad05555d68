#include <CLI/CLI.hpp>
#include <candela/command/detail/arguments.hpp>
#include <cstdio>

namespace candela::command {

std::optional<int> parse(CLI::App& app, arguments given) {
  try {
    // CLI11 takes a vector from its end.
    app.parse(std::vector<std::string>(given.rbegin(), given.rend()));
    return std::nullopt;
  } catch (const CLI::CallForHelp&) {
    std::fputs(app.help().c_str(), stdout);
    return success;
  } catch (const CLI::ParseError& wrong) {
    const std::string name = app.get_name();
    std::fprintf(stderr, "%s: %s (see %s --help)\n", name.c_str(), wrong.what(), name.c_str());
    return usage_error;
  }
}

}  // namespace candela::command
