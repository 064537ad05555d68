// What is signed at intervals: where a trail stands.
#pragma once

#include <candela/core/arena.hpp>
#include <candela/jose/key_set.hpp>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace candela::audit {

/// The claims of a checkpoint. Since every line is linked to the one before it, the digest of the last one stands for
/// all of them.
struct checkpoint {
  std::string stream;          ///< whose trail it is
  std::string file;            ///< the file that it stands in, without a folder
  std::uint64_t seq = 0;       ///< of the last line before it
  std::string head;            ///< the digest of that line
  std::uint64_t requests = 0;  ///< records in the trail up to there
  std::string at;              ///< when it was signed
  bool last = false;           ///< the file ends here: it is full, or the service was stopped
};

/// The public halves of these keys, as `read_checkpoint` wants them: named by their thumbprints. Refused: a symmetric
/// key, and one that is there twice.
[[nodiscard]] std::expected<jose::key_set, jose::error> verifying_keys(std::span<const jose::key> keys);

/// Signs checkpoints: a JWS of type `candela-audit` (RFC 7515). ES256 with a P-256 key, which is the usual one; other
/// curves by what they are for. One thread.
class signer {
 public:
  /// Throws `std::invalid_argument` with a sentence unless `key` is a private key of a curve that signs.
  explicit signer(const jose::key& key);

  /// Throws `std::runtime_error` when there is no memory or no randomness.
  [[nodiscard]] std::string sign(const checkpoint& claims) const;

  /// Who can check it: the public half.
  [[nodiscard]] const jose::key_set& verifiers() const noexcept { return verifiers_; }

 private:
  jose::signature_algorithm algorithm_;
  jose::key key_;
  jose::key_set verifiers_;
};

/// Reads a checkpoint and checks its signature. Without keys (null) only what it says is read.
[[nodiscard]] std::expected<checkpoint, jose::error> read_checkpoint(std::string_view token, const jose::key_set* keys,
                                                                     arena& memory);

/// The key of a file: a JWK, or the first of PEM. Throws `std::runtime_error` with a sentence that names the file.
[[nodiscard]] jose::key load_signing_key(const std::filesystem::path& file);
/// The keys of a file that may check signatures: a JWK, a JWK set or PEM.
[[nodiscard]] jose::key_set load_verifying_keys(const std::filesystem::path& file);

}  // namespace candela::audit
