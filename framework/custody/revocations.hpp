// What was taken back before its time.
#pragma once

#include <cstdint>
#include <string_view>

namespace candela::custody {

/// By what a chain can be revoked.
enum class revocable : std::uint8_t {
  link,         ///< `jti`
  transaction,  ///< `txn`
  key,          ///< `kid`
  service,      ///< `iss`
  subject,      ///< `sub`
};

/// A list of revoked things, asked without waiting. Whether a list that is too old denies everything is its owner's
/// choice.
class revocations {
 public:
  virtual ~revocations() = default;
  [[nodiscard]] virtual bool revoked(revocable kind, std::string_view value) const = 0;
};

}  // namespace candela::custody
