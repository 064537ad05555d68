// Links whose signatures were checked before, so that the older part of a chain costs a look instead of a signature.
#pragma once

#include <candela/custody/claims.hpp>
#include <candela/jose/digest.hpp>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace candela::custody {

/// A bounded set of digests. What a link says is not kept: it is read again from the bytes whose digest was found, so
/// that nothing can be taken for another link; and times, keys and revocation are asked again at every use. Only the
/// signature is not. Belongs to one worker; allocates when it is made.
class verified_links {
 public:
  static constexpr std::size_t default_capacity = 8192;

  /// Room for that many links at least; none at all: nothing is remembered.
  explicit verified_links(std::size_t capacity = default_capacity);

  /// Whether that link was verified with the keys of that epoch, and is alive.
  [[nodiscard]] bool holds(const jose::sha256_digest& link, std::uint64_t epoch,
                           seconds_since_epoch now) const noexcept;
  /// Remembers it until then. In a full neighbourhood the one that dies first gives way.
  void remember(const jose::sha256_digest& link, std::uint64_t epoch, seconds_since_epoch until) noexcept;

 private:
  static constexpr std::size_t ways = 8;
  struct place {
    jose::sha256_digest link{};
    std::uint64_t epoch = 0;
    seconds_since_epoch until = 0;
  };

  // SHA-256 scatters by itself, and nobody who could choose digests gets links verified.
  [[nodiscard]] std::size_t neighbourhood(const jose::sha256_digest& link) const noexcept;

  std::vector<place> places_;
};

}  // namespace candela::custody
