// What was taken back before its time.
#pragma once

#include <cstdint>
#include <string_view>

namespace candela::custody {

/// By what a chain can be revoked.
enum class revocable : std::uint8_t {
  token,        ///< `jti`, of a link or proof
  transaction,  ///< `txn`
  key,          ///< `kid`
  service,      ///< `iss`
  subject,      ///< `sub`
};

/// What a list says of something.
enum class revocation_answer : std::uint8_t {
  good,
  revoked,
  unknown,  ///< the list is too old to tell, and its owner does not trust old ones
};

/// A list of revoked things, asked without waiting.
class revocations {
 public:
  virtual ~revocations() = default;
  [[nodiscard]] virtual revocation_answer ask(revocable kind, std::string_view value) const = 0;
};

}  // namespace candela::custody
