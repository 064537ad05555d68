// Private to the room: the service's list of what is revoked, as chains of custody ask it.
#pragma once

#include <candela/custody/revocations.hpp>
#include <candela/store/revocations.hpp>

namespace candela::middleware::detail {

class revoked_chains final : public custody::revocations {
 public:
  explicit revoked_chains(const store::revocations& list) noexcept : list_(list) {}

  [[nodiscard]] custody::revocation_answer ask(custody::revocable kind, std::string_view value) const override {
    switch (list_.ask(kind_of(kind), value)) {
      case store::revocation_answer::good: return custody::revocation_answer::good;
      case store::revocation_answer::revoked: return custody::revocation_answer::revoked;
      case store::revocation_answer::unknown: break;
    }
    return custody::revocation_answer::unknown;
  }

 private:
  static store::revocable kind_of(custody::revocable kind) noexcept {
    switch (kind) {
      case custody::revocable::token: return store::revocable::id;
      case custody::revocable::transaction: return store::revocable::transaction;
      case custody::revocable::key: return store::revocable::key;
      case custody::revocable::service: return store::revocable::issuer;
      case custody::revocable::subject: break;
    }
    return store::revocable::subject;
  }

  const store::revocations& list_;
};

}  // namespace candela::middleware::detail
