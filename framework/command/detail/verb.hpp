// Private to the room: the verbs of the command, each in a file of its own.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace candela::command {

/// What the shell gave behind the verb.
using arguments = std::span<const std::string>;

/// Exit statuses of every verb.
inline constexpr int success = 0;
inline constexpr int failure = 1;      ///< it could not be done
inline constexpr int usage_error = 2;  ///< the command line was wrong

struct verb {
  std::string_view name;
  std::string_view usage;    ///< what stands behind the name: "NAME [--dir FOLDER]"
  std::string_view purpose;  ///< one line for the list of verbs
  int (*run)(arguments given);
};

/// Every verb, in the order of the help text.
[[nodiscard]] std::span<const verb> verbs() noexcept;

/// Runs the verb that the first argument names, and returns the exit status.
[[nodiscard]] int run(arguments given);

/// The text that lists all verbs.
[[nodiscard]] std::string overview();

int help(arguments given);
int run_audit(arguments given);
int make_service(arguments given);
int migrate(arguments given);
int run_chain(arguments given);
int run_jose(arguments given);
int run_jwt(arguments given);
int run_keys(arguments given);
int show_routes(arguments given);
int show_version(arguments given);

}  // namespace candela::command
