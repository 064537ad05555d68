// Private to the room: the actions of `candela chain`.
#pragma once

#include <candela/command/detail/verb.hpp>

namespace candela::command {

int mint_chain(arguments given);
int show_chain(arguments given);
int verify_chain(arguments given);

}  // namespace candela::command
