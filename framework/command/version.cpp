// candela version
#include <CLI/CLI.hpp>
#include <candela/command/detail/arguments.hpp>
#include <candela/core/build_id.hpp>
#include <cstdio>

namespace candela::command {

int show_version(arguments given) {
  CLI::App app("Says which candela this is: its version, and what a plugin must have been built with.",
               "candela version");
  if (const auto ended = parse(app, given)) return *ended;
  const std::string_view id = build_id();
  std::printf("%.*s\n", static_cast<int>(id.size()), id.data());
  return success;
}

}  // namespace candela::command
