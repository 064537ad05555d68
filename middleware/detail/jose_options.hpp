// Options that name keys and algorithms.
#pragma once

#include <candela/config/reader.hpp>
#include <candela/jose/key_set.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace candela::middleware::detail {

/// The keys in the file that the option names: a JWK, a JWK set, or one key or certificate as PEM. They are read when
/// the service starts and at each reload. Throws `config::error`, which shows nothing of the content.
[[nodiscard]] jose::key_set read_keys(const config::node& file);

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

/// The key of the set that signs with it: the only one that fits. Throws `config::error` for `file` otherwise.
[[nodiscard]] const jose::key& signing_key(const jose::key_set& among, jose::signature_algorithm algorithm,
                                           const config::node& file);
/// The key that is encrypted to, in the same way.
[[nodiscard]] const jose::key& recipient_key(const jose::key_set& among, jose::key_algorithm algorithm,
                                             jose::content_algorithm content, const config::node& file);

/// Whether there is a key with which one of the algorithms can be checked, or opened; throws `config::error` for `file`
/// otherwise.
void require_verifier(const jose::key_set& among, jose::signature_algorithms accepted, const config::node& file);
void require_opener(const jose::key_set& among, jose::key_algorithms accepted, jose::content_algorithms contents,
                    const config::node& file);

/// Whether signing or opening with such a key takes longer than a loop should wait.
[[nodiscard]] bool is_slow(const jose::key& private_key) noexcept;

}  // namespace candela::middleware::detail
