// Private to the room: which algorithms an action takes, from its options and keys and never from a message.
#pragma once

#include <candela/jose/jwe.hpp>
#include <candela/jose/jws.hpp>
#include <span>
#include <string>
#include <vector>

namespace candela::command {

/// What is off unless `--allow` names it.
struct allowances {
  jose::key_algorithms key_algorithms;  ///< RSA1_5 and those with a password
  bool zip = false;
  bool json = false;         ///< JSON serializations as input
  bool unencoded = false;    ///< payloads that stand as they are (RFC 7797)
  bool unprotected = false;  ///< in JSON, algorithms where nothing protects them (RFC 7520, sections 4.7 and 5.12)

  /// `RSA1_5`, `PBES2` (or one of its algorithms), `zip`, `json`, `b64` and `unprotected`. Who gives a `password` asks
  /// for what takes one. Throws `misuse` for other names.
  [[nodiscard]] static allowances read(std::span<const std::string> names, bool password = false);
};

/// The algorithms of `--alg`. Throws `misuse` for names that are none of that kind.
[[nodiscard]] std::vector<jose::signature_algorithm> signature_algorithms_of(std::span<const std::string> names);
[[nodiscard]] std::vector<jose::key_algorithm> key_algorithms_of(std::span<const std::string> names);
/// Those of `--enc`; all when none is named.
[[nodiscard]] jose::content_algorithms content_algorithms_of(std::span<const std::string> names);

/// What is accepted: the named ones or, without names, all that fit one of the keys, its `alg` included. So a MAC is
/// accepted only by a symmetric key.
[[nodiscard]] jose::signature_algorithms acceptable(std::span<const std::string> names,
                                                    std::span<const jose::key> keys);
/// The same, and nothing that is not allowed.
[[nodiscard]] jose::key_algorithms acceptable(std::span<const std::string> names, std::span<const jose::key> keys,
                                              jose::content_algorithms encryption, const allowances& allowed);

/// The algorithm that this key makes something new with: the first named one that fits it or, without names, its own
/// `alg` and otherwise the usual one of its kind. Throws what the key's `fits` refuses, and `algorithm_refused`.
[[nodiscard]] jose::signature_algorithm signing_algorithm(std::span<const std::string> names, const jose::key& with);
[[nodiscard]] jose::key_algorithm encrypting_algorithm(std::span<const std::string> names, const jose::key& to,
                                                       const allowances& allowed);
/// How content is encrypted: the named way, or A256GCM, or what a key that does it directly has the size for.
[[nodiscard]] jose::content_algorithm content_algorithm_for(const std::string& name, jose::key_algorithm algorithm,
                                                            const jose::key& to);

/// A name of any algorithm that a key may be for (`alg`). Throws `misuse` for other names.
void check_algorithm_name(const std::string& name);

}  // namespace candela::command
