// Tokens that were found good, for the next requests that bring them. Private.
#pragma once

#include <array>
#include <candela/core/clock.hpp>
#include <candela/core/keyed_hash.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "middleware/detail/known_token.hpp"

namespace candela::middleware::detail {

/// Bounded; one worker's, and one set of rules'. A token is found by a keyed hash of all its bytes and is the same when
/// every byte is, compared in time that does not tell how many were. Only what was found good comes in, so that who has
/// no good token fills nothing; when a place is taken, the oldest of four makes room.
class token_cache {
 public:
  /// Holds `capacity` tokens (rounded up to a power of two), each for `ttl` at most. Zero holds none.
  token_cache(std::size_t capacity, std::chrono::nanoseconds ttl);

  /// The token of exactly these bytes, or null: neither older than the cache allows nor outside its own dates. Whether
  /// keys, binding and rights still are as they were is for the caller to ask.
  [[nodiscard]] known_token* find(std::string_view token, const clock& time) noexcept;
  /// The token that `note` was called with for a head of that number, as `find` would find it by its bytes: a head
  /// that is the same byte for byte brings the same token. Null when that is not known, or not any more.
  [[nodiscard]] known_token* find_again(std::uint64_t head, const clock& time) const noexcept;
  /// Heads of that number bring this token, which `find` found. Without effect for 0.
  void note(std::uint64_t head, const known_token& found) noexcept;
  /// Takes it in; instead of the one of the same bytes, if there is one.
  void keep(const known_token_ptr& found, const clock& time);
  /// Forgets it.
  void drop(std::string_view token) noexcept;

  [[nodiscard]] bool enabled() const noexcept { return !places_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept;

 private:
  static constexpr std::size_t ways = 4;
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  struct place {
    std::uint64_t hash = 0;
    known_token_ptr token;
  };

  struct bringer {
    std::uint64_t head = 0;
    std::uint64_t kept_as = 0;
    std::uint32_t place = 0;
  };

  [[nodiscard]] std::size_t bringer_of(std::uint64_t head) const noexcept { return head % bringers_.size(); }

  // A connection that repeats itself sends the same last bytes, which differ between tokens as signatures do: they lead
  // to the place without a hash over the whole. Only a hint, so that nothing depends on who chose them.
  [[nodiscard]] static std::size_t hint_of(std::string_view token) noexcept;
  [[nodiscard]] std::size_t find_place(std::string_view token, std::uint64_t hash) const noexcept;
  [[nodiscard]] std::size_t place_for(std::uint64_t hash) const noexcept;

  const keyed_hash& hash_ = keyed_hash::of_process();
  std::chrono::nanoseconds ttl_;
  std::vector<place> places_;
  std::size_t sets_mask_ = 0;
  std::array<std::uint32_t, 1024> hints_{};
  std::array<bringer, 1024> bringers_{};
  std::uint64_t kept_ = 0;
};

}  // namespace candela::middleware::detail
