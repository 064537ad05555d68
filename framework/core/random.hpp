// Random numbers: fast ones for identifiers and jitter, the system's own for secrets.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

namespace candela {

/// Fills `bytes` from the operating system. For keys, nonces and tokens. Throws `std::system_error` when it cannot.
void fill_random(std::span<std::byte> bytes);

/// A fast generator (xoshiro256**, Blackman and Vigna 2018) for identifiers, sampling and jitter. Its numbers can be
/// predicted from earlier ones: never for secrets. Meets the standard's uniform random bit generator requirements.
class fast_random {
 public:
  using result_type = std::uint64_t;

  /// Seeded by the operating system.
  fast_random();

  /// A sequence that repeats, for tests.
  explicit fast_random(std::uint64_t seed) noexcept;

  static constexpr result_type min() noexcept { return 0; }
  static constexpr result_type max() noexcept { return std::numeric_limits<result_type>::max(); }

  /// The next 64 bits.
  result_type operator()() noexcept {
    const result_type result = std::rotl(state_[1] * 5, 7) * 9;
    const result_type shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return result;
  }

  /// A number from 0 up to, but not including, `limit`; 0 for a limit of 0. Biased by less than limit / 2^64.
  result_type below(result_type limit) noexcept {
    __extension__ using wide = unsigned __int128;
    return static_cast<result_type>(static_cast<wide>((*this)()) * limit >> 64);
  }

 private:
  std::uint64_t state_[4];
};

/// The calling thread's own generator, seeded at its first use.
[[nodiscard]] fast_random& thread_random();

}  // namespace candela
