// A password as it may be kept: salted and slow to try (RFC 7914). Private.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace candela::middleware::detail {

/// `$scrypt$ln=15,r=8,p=1$SALT$HASH`, salt and hash in base64 without padding, as passlib and others write it.
class password_hash {
 public:
  /// The error is a sentence. Bounds: ln 10 to 20, r 1 to 32, p 1 to 16, at most 256 MiB of memory; salt 8 to 64 bytes,
  /// hash 16 to 64.
  [[nodiscard]] static std::expected<password_hash, std::string> parse(std::string_view text);

  /// Whether that is the password. Takes as long as it is meant to, some 50 ms at ln=15: for a thread of a lane. The
  /// same time for every password; no early end. False, too, without memory.
  [[nodiscard]] bool matches(std::string_view password) const;

  /// One that nothing matches and that takes as long.
  [[nodiscard]] password_hash of_nobody() const;

 private:
  std::uint64_t rounds_ = 0;
  std::uint32_t block_ = 0;
  std::uint32_t parallel_ = 0;
  std::string salt_;
  std::string hash_;
};

}  // namespace candela::middleware::detail
