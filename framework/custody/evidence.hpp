// What the root of a chain gives for its user: a token of an authorization server that every recipient can check.
#pragma once

#include <candela/custody/claims.hpp>
#include <candela/custody/pending_check.hpp>
#include <candela/jose/jwt.hpp>
#include <chrono>
#include <memory>
#include <span>
#include <string>

namespace candela::custody {

/// An authorization server whose tokens count as evidence.
struct evidence_issuer {
  std::string issuer;  ///< `iss`, byte by byte
  std::shared_ptr<const jose::key_set> keys;
  jose::signature_algorithms algorithms = {};
};

/// The check of one root's evidence. Accepted: an ID token for the root's client; a transaction token; an access token
/// that is bound to a key (`cnf`). Its issuer is a configured one, its subject and client are the root's, and it was
/// valid when the root was made. A bare bearer token is refused, whoever signed it.
class evidence_check final : public pending_check {
 public:
  /// All of these live as long as the check.
  evidence_check(const link_claims& root, std::span<const evidence_issuer> issuers, std::chrono::seconds skew) noexcept
      : root_(root), issuers_(issuers), skew_(skew) {}

  void run() noexcept override;
  /// What is wrong, as a fixed sentence; empty when nothing is. Before `run`: that nobody looked.
  [[nodiscard]] std::string_view wrong() const noexcept { return wrong_; }

 private:
  [[nodiscard]] std::string_view examine() const;

  const link_claims& root_;
  std::span<const evidence_issuer> issuers_;
  std::chrono::seconds skew_;
  std::string_view wrong_ = "evidence that was not looked at";
};

}  // namespace candela::custody
