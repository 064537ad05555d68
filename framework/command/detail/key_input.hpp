// Private to the room: keys as the command line names them.
#pragma once

#include <candela/command/detail/files.hpp>
#include <candela/jose/key_set.hpp>
#include <expected>
#include <span>
#include <string>
#include <vector>

namespace candela::command {

/// The keys of a JWK, a JWK set, PEM or DER. What is wrong with them is thrown as
/// `std::bad_expected_access<jose::error>`.
[[nodiscard]] std::vector<jose::key> read_keys(const jose::secret_bytes& content);
/// Those of one file or several. What is wrong with them is a `refusal` that names the file; what is wrong with a file
/// stands at `input_files`.
[[nodiscard]] std::vector<jose::key> read_keys(const std::string& file, input_files& from);
[[nodiscard]] std::vector<jose::key> read_keys(const std::vector<std::string>& files, input_files& from);

/// The same, or a password in place of keys: a secret that only PBES2 takes.
[[nodiscard]] std::vector<jose::key> read_keys_or_password(const std::vector<std::string>& files,
                                                           const std::string& password, input_files& from);

/// The one of that id; all of them without an id. Throws `misuse` when there is none.
[[nodiscard]] std::vector<jose::key> chosen(std::vector<jose::key> keys, const std::string& id);

/// The keys to check or open something with. Those that have no id are tried whichever id a message names.
[[nodiscard]] jose::key_set as_set(std::vector<jose::key> keys);

/// Throws what `jose` refuses, as `run_action` tells it.
[[noreturn]] void refuse(const jose::error& why);

}  // namespace candela::command
