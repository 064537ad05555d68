// Private to the room: keys as they leave an action.
#pragma once

#include <candela/command/detail/files.hpp>
#include <candela/jose/key_set.hpp>
#include <span>
#include <string>

namespace candela::command {

/// How keys are written; `jwks` is a JWK set, which `jwk` becomes by itself for several keys.
enum class key_format { jwk, jwks, pem, der };

/// Throws `misuse` for names of no format.
[[nodiscard]] key_format key_format_of(const std::string& name);

/// Throws what `jose` refuses, and `misuse` for several keys in a format that holds one.
[[nodiscard]] jose::secret_bytes written(std::span<const jose::key> keys, key_format as, jose::key_part which);

/// Writes to that file (see `write_file`; private parts for its owner only) or, without a name, to the standard output.
void put(const jose::secret_bytes& content, jose::key_part which, const std::string& file, bool force);

/// `use` as the command line says it: `sig`, `enc` or nothing. Throws `misuse`.
[[nodiscard]] jose::key_use key_use_of(const std::string& name);

}  // namespace candela::command
