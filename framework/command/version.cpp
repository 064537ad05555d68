// candela version
#include <candela/command/detail/arguments.hpp>
#include <candela/core/build_id.hpp>
#include <cstdio>
#include <string_view>

namespace candela::command {

int show_version(arguments given) {
  argument_list takes("candela version",
                      "Says which candela this is: its version, and what a plugin must have been built with.");
  if (const auto ended = takes.read(given)) return *ended;
  const std::string_view id = build_id();
  std::printf("%.*s\n", static_cast<int>(id.size()), id.data());
  return success;
}

}  // namespace candela::command
