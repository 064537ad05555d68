// Private to the room: the actions of `candela keys`.
#pragma once

#include <candela/command/detail/verb.hpp>

namespace candela::command {

int generate_key(arguments given);
int show_keys(arguments given);
int show_thumbprints(arguments given);
int convert_keys(arguments given);
int check_keys(arguments given);
int hash_secret(arguments given);
int generate_authority(arguments given);
int sign_key_record(arguments given);

}  // namespace candela::command
