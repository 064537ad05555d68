// Private to the room: the actions of `candela audit`.
#pragma once

#include <candela/command/detail/verb.hpp>

namespace candela::command {

int show_request(arguments given);
int verify_trails(arguments given);

}  // namespace candela::command
