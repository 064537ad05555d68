// Private to the room: the actions of `candela jwt`.
#pragma once

#include <candela/command/detail/verb.hpp>

namespace candela::command {

int inspect_token(arguments given);
int mint_token(arguments given);
int verify_token(arguments given);

}  // namespace candela::command
