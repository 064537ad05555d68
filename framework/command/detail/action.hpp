// Private to the room: verbs that do several things, each with a word of its own: `candela keys show`.
#pragma once

#include <candela/command/detail/verb.hpp>
#include <span>
#include <stdexcept>
#include <string_view>

namespace candela::command {

/// A mistake on the command line that shows only while it is carried out: a file that is not there, a name that is
/// none.
class misuse : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// One of the things that a verb does; its parts are what they are of a `verb`.
using action = verb;

/// Runs the action that the first argument names, and returns the exit status. What it throws is told on the error
/// stream: `refusal`, `std::bad_expected_access<jose::error>` and `<custody::error>` in the two lines of a `refusal`,
/// with `failure`; in one line `misuse` with `usage_error` and other exceptions with `failure`.
[[nodiscard]] int run_action(std::string_view of_verb, std::span<const action> all, arguments given);

}  // namespace candela::command
