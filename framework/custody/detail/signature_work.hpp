// Private to the room: one signature of a proof or link.
#pragma once

#include <candela/custody/detail/compact_token.hpp>
#include <candela/custody/pending_check.hpp>
#include <candela/custody/service_keys.hpp>
#include <candela/jose/jws.hpp>
#include <new>

namespace candela::custody::detail {

class signature_work final : public pending_check {
 public:
  signature_work(const compact_token& token, const service_key& by) noexcept : token_(token), by_(&by) {}

  void run() noexcept override {
    try {
      holds_ = jose::check_signature(by_->key, by_->algorithm, token_.signing_input, token_.signature).has_value();
    } catch (const std::bad_alloc&) {
      holds_ = false;
    }
  }
  /// False before `run`.
  [[nodiscard]] bool holds() const noexcept { return holds_; }

 private:
  compact_token token_;
  const service_key* by_;
  bool holds_ = false;
};

}  // namespace candela::custody::detail
