// A hash whose result nobody outside the process can predict: for tables whose keys come from strangers.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace candela {

/// SipHash-1-3 (Aumasson and Bernstein, 2012) under a key of 128 bits. Whoever does not know the key cannot make keys
/// that collide; it is no digest, though: tables compare what they find, byte for byte.
class keyed_hash {
 public:
  using key = std::array<std::uint64_t, 2>;

  /// Under a key from the operating system. Throws `std::system_error` when it gives none.
  keyed_hash();
  /// Under that key, for tests.
  explicit keyed_hash(const key& chosen) noexcept : key_(chosen) {}

  [[nodiscard]] std::uint64_t operator()(std::string_view bytes) const noexcept;

  /// The process's own, whose key is drawn at the first use. Thread-safe.
  [[nodiscard]] static const keyed_hash& of_process();

 private:
  key key_;
};

}  // namespace candela
