// Options that name algorithms, and the keys that fit them.
#pragma once

#include <candela/config/reader.hpp>
#include <candela/jose/key_set.hpp>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace candela::middleware::detail {

/// Names of that kind, at least one; throws `config::error` for any other.
[[nodiscard]] jose::signature_algorithms read_signature_algorithms(config::reader& options, std::string_view option,
                                                                   std::vector<std::string> otherwise = {});
[[nodiscard]] jose::key_algorithms read_key_algorithms(config::reader& options, std::string_view option,
                                                       std::vector<std::string> otherwise = {});
[[nodiscard]] jose::content_algorithms read_content_algorithms(config::reader& options, std::string_view option,
                                                               std::vector<std::string> otherwise = {});

/// One name; `otherwise` without one.
[[nodiscard]] jose::signature_algorithm read_algorithm(config::reader& options, std::string_view option,
                                                       jose::signature_algorithm otherwise);
[[nodiscard]] jose::key_algorithm read_algorithm(config::reader& options, std::string_view option,
                                                 jose::key_algorithm otherwise);
[[nodiscard]] jose::content_algorithm read_algorithm(config::reader& options, std::string_view option,
                                                     jose::content_algorithm otherwise);

/// The key of the set that signs with it: the only one that fits; otherwise why not.
[[nodiscard]] std::expected<jose::key, std::string> signing_key(const jose::key_set& among,
                                                                jose::signature_algorithm algorithm);
/// The key that is encrypted to, in the same way.
[[nodiscard]] std::expected<jose::key, std::string> recipient_key(const jose::key_set& among,
                                                                  jose::key_algorithm algorithm,
                                                                  jose::content_algorithm content);

/// Whether there is a key with which one of the algorithms can be checked, or opened; otherwise a sentence.
[[nodiscard]] std::expected<void, std::string> require_verifier(const jose::key_set& among,
                                                                jose::signature_algorithms accepted);
[[nodiscard]] std::expected<void, std::string> require_opener(const jose::key_set& among, jose::key_algorithms accepted,
                                                              jose::content_algorithms contents);

/// Whether it leaves no choice of a content key, and so takes one recipient only.
[[nodiscard]] constexpr bool is_for_one(jose::key_algorithm algorithm) noexcept {
  return algorithm == jose::key_algorithm::dir || algorithm == jose::key_algorithm::ecdh_es;
}

/// Whether signing or opening with such a key takes longer than a loop should wait.
[[nodiscard]] bool is_slow(const jose::key& private_key) noexcept;

}  // namespace candela::middleware::detail
