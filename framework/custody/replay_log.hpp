// What was used and may not be used again.
#pragma once

#include <candela/custody/claims.hpp>
#include <cstdint>
#include <string_view>

namespace candela::custody {

/// A proof, or a link that counts once, by who made it and its `jti`; remembered until then.
struct spent_id {
  std::string_view issuer;
  std::string_view id;
  seconds_since_epoch until = 0;
};

enum class replay_answer : std::uint8_t { first, used, unavailable };

/// A store that answers at once. Whoever has one that takes time asks it between two steps of a verification.
class replay_log {
 public:
  virtual ~replay_log() = default;
  /// Puts it there if it is not there yet, as one step for all who ask.
  [[nodiscard]] virtual replay_answer spend(const spent_id& what) = 0;
};

}  // namespace candela::custody
