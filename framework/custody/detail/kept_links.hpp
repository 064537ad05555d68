// Private to the room: links that were signed and may be used again.
#pragma once

#include <candela/custody/claims.hpp>
#include <candela/jose/digest.hpp>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace candela::custody::detail {

/// A fixed number of places, found by the digest of what a link says but for its times and its id. A link that falls
/// on the place of another one takes it.
class kept_links {
 public:
  explicit kept_links(std::size_t places) : places_(places) {}

  struct kept {
    jose::sha256_digest said{};
    seconds_since_epoch expires = 0;
    std::string compact;
  };

  /// The link of that digest, when it lives until then at least; otherwise null. Valid until the next `keep`.
  [[nodiscard]] const kept* find(const jose::sha256_digest& said, seconds_since_epoch until) const noexcept {
    if (places_.empty()) return nullptr;
    const kept& found = places_[place_of(said)];
    return found.said == said && found.expires >= until ? &found : nullptr;
  }
  void keep(const jose::sha256_digest& said, seconds_since_epoch expires, std::string compact) {
    if (!places_.empty()) places_[place_of(said)] = {said, expires, std::move(compact)};
  }

 private:
  [[nodiscard]] std::size_t place_of(const jose::sha256_digest& said) const noexcept {
    std::uint64_t front;
    std::memcpy(&front, said.data(), sizeof front);
    return front % places_.size();
  }

  std::vector<kept> places_;
};

}  // namespace candela::custody::detail
