// Private to the room: the actions of `candela jose`, each in a file of its own.
#pragma once

#include <candela/command/detail/verb.hpp>
#include <string>

namespace candela::command {

int sign_content(arguments given);
int verify_content(arguments given);
int encrypt_content(arguments given);
int decrypt_content(arguments given);

/// How a new message is written.
enum class message_form { compact, flattened, general };

/// Throws `misuse` for names of no form.
[[nodiscard]] message_form message_form_of(const std::string& name);

}  // namespace candela::command
