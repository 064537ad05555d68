#include <openssl/err.h>
#include <openssl/evp.h>

#include <algorithm>
#include <bit>
#include <candela/core/random.hpp>
#include <candela/core/secret.hpp>
#include <candela/jose/base64.hpp>
#include <candela/jose/password_hash.hpp>
#include <candela/jose/secret.hpp>
#include <charconv>

namespace candela::jose {

namespace {

constexpr std::uint64_t max_memory = std::uint64_t{256} * 1024 * 1024;
constexpr std::uint32_t least_ln = 10;
constexpr std::uint32_t most_ln = 20;
constexpr std::size_t salt_bytes = 16;
constexpr std::size_t hash_bytes = 32;
constexpr const char* bounds = "scrypt is told ln (10 to 20), r (1 to 32) and p (1 to 16)";
constexpr const char* too_much = "scrypt would take more than 256 MiB";

std::uint64_t memory_of(std::uint64_t rounds, std::uint32_t block) noexcept { return 128 * rounds * block; }

std::string unpadded(std::string_view bytes) {
  std::string text = encode_base64(bytes);
  text.resize(std::min(text.size(), text.find('=')));
  return text;
}

// Takes `NAME=NUMBER` and what ends it off the front.
bool take_number(std::string_view& text, std::string_view name, char end, std::uint32_t low, std::uint32_t high,
                 std::uint32_t& value) noexcept {
  if (!text.starts_with(name)) return false;
  text.remove_prefix(name.size());
  const auto [stop, wrong] = std::from_chars(text.data(), text.data() + text.size(), value);
  const auto digits = static_cast<std::size_t>(stop - text.data());
  if (wrong != std::errc() || digits == text.size() || text[digits] != end) return false;
  text.remove_prefix(digits + 1);
  return value >= low && value <= high;
}

}  // namespace

std::expected<password_hash, std::string> password_hash::parse(std::string_view text) {
  const auto refused = [](const char* why) { return std::unexpected(std::string(why)); };
  constexpr std::string_view scheme = "$scrypt$";
  if (!text.starts_with(scheme)) return refused("a password stands here as $scrypt$ln=15,r=8,p=1$SALT$HASH");
  text.remove_prefix(scheme.size());
  password_hash made;
  std::uint32_t ln = 0;
  if (!take_number(text, "ln=", ',', least_ln, most_ln, ln) || !take_number(text, "r=", ',', 1, 32, made.block_) ||
      !take_number(text, "p=", '$', 1, 16, made.parallel_)) {
    return refused(bounds);
  }
  made.rounds_ = std::uint64_t{1} << ln;
  if (memory_of(made.rounds_, made.block_) > max_memory) return refused(too_much);
  const std::size_t end = text.find('$');
  if (end == std::string_view::npos) return refused("salt or hash is missing");
  const auto salt = decode_base64(text.substr(0, end), false);
  const auto hash = decode_base64(text.substr(end + 1), false);
  if (!salt || salt->size() < 8 || salt->size() > 64) return refused("a salt has 8 to 64 bytes in base64");
  if (!hash || hash->size() < 16 || hash->size() > 64) return refused("a hash has 16 to 64 bytes in base64");
  made.salt_ = *salt;
  made.hash_ = *hash;
  return made;
}

std::expected<password_hash, std::string> password_hash::make(std::string_view password, std::uint32_t ln) {
  if (ln < least_ln || ln > most_ln) return std::unexpected(std::string(bounds));
  password_hash made;
  made.rounds_ = std::uint64_t{1} << ln;
  made.block_ = 8;
  made.parallel_ = 1;
  if (memory_of(made.rounds_, made.block_) > max_memory) return std::unexpected(std::string(too_much));
  made.salt_.resize(salt_bytes);
  made.hash_.resize(hash_bytes);
  fill_random(std::as_writable_bytes(std::span(made.salt_)));
  if (made.derive(password, std::as_writable_bytes(std::span(made.hash_)))) return made;
  return std::unexpected(std::string("there is no memory for scrypt"));
}

std::string password_hash::text() const {
  std::string text("$scrypt$ln=");
  text.append(std::to_string(std::countr_zero(rounds_))).append(",r=").append(std::to_string(block_));
  text.append(",p=").append(std::to_string(parallel_));
  return text.append("$").append(unpadded(salt_)).append("$").append(unpadded(hash_));
}

bool password_hash::derive(std::string_view password, std::span<std::byte> into) const {
  const int done = EVP_PBE_scrypt(
      password.data(), password.size(), reinterpret_cast<const unsigned char*>(salt_.data()), salt_.size(), rounds_,
      block_, parallel_, 2 * max_memory, reinterpret_cast<unsigned char*>(into.data()), into.size());
  if (done != 1) ERR_clear_error();
  return done == 1;
}

bool password_hash::matches(std::string_view password) const {
  secret_bytes tried(hash_.size());
  return derive(password, tried.span()) && equal_secrets(tried, std::as_bytes(std::span(hash_)));
}

password_hash password_hash::of_nobody() const {
  password_hash made = *this;
  fill_random(std::as_writable_bytes(std::span(made.salt_)));
  fill_random(std::as_writable_bytes(std::span(made.hash_)));
  return made;
}

}  // namespace candela::jose
