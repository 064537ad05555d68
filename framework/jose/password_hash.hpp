// A password as it may be kept: salted and slow to try (RFC 7914).
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>

namespace candela::jose {

/// `$scrypt$ln=15,r=8,p=1$SALT$HASH`, salt and hash in base64 without padding, as passlib and others write it.
class password_hash {
 public:
  /// The error is a sentence. Bounds: ln 10 to 20, r 1 to 32, p 1 to 16, at most 256 MiB of memory; salt 8 to 64 bytes,
  /// hash 16 to 64.
  [[nodiscard]] static std::expected<password_hash, std::string> parse(std::string_view text);

  /// What scrypt makes of a password with a salt of its own, r=8 and p=1: 32 MiB and some 50 ms at ln=15, twice as much
  /// for each step of `ln`. The error is a sentence, for other bounds than those of `parse` and for no memory. Throws
  /// `std::system_error` without randomness.
  [[nodiscard]] static std::expected<password_hash, std::string> make(std::string_view password,
                                                                      std::uint32_t ln = usual_ln);
  static constexpr std::uint32_t usual_ln = 15;

  /// As `parse` takes it.
  [[nodiscard]] std::string text() const;

  /// Whether that is the password. Takes as long as it is meant to, some 50 ms at ln=15: for a thread of a lane. The
  /// same time for every password; no early end. False, too, without memory.
  [[nodiscard]] bool matches(std::string_view password) const;

  /// One that nothing matches and that takes as long.
  [[nodiscard]] password_hash of_nobody() const;

 private:
  [[nodiscard]] bool derive(std::string_view password, std::span<std::byte> into) const;

  std::uint64_t rounds_ = 0;
  std::uint32_t block_ = 0;
  std::uint32_t parallel_ = 0;
  std::string salt_;
  std::string hash_;
};

}  // namespace candela::jose
