// Private to the room: the nonces that a stage demands of proofs, as servers do of DPoP proofs (RFC 9449, section 8).
#pragma once

#include <array>
#include <candela/core/clock.hpp>
#include <candela/custody/request.hpp>
#include <candela/jose/key.hpp>
#include <candela/server/stage_setup.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace candela::middleware::detail {

/// Nothing is remembered of a nonce that was given out: it is the time, under a key. Each counts for half the lifetime
/// at least and for all of it at most. Belongs to one worker.
class chain_nonces {
 public:
  /// The options `nonce_lifetime` and `nonce_key`; null where no nonce is demanded.
  [[nodiscard]] static std::unique_ptr<chain_nonces> of(stage_setup& setup);

  chain_nonces(std::chrono::nanoseconds lifetime, jose::key key) : span_(lifetime / 2), key_(std::move(key)) {}

  /// Demands one of those that count now.
  void demand(custody::request_facts& facts, clock::wall_time now, arena& memory);
  /// The one to be given out. Valid until the next call.
  [[nodiscard]] std::string_view newest(clock::wall_time now);

 private:
  void turn_to(std::int64_t number);
  [[nodiscard]] std::string made(std::int64_t number) const;

  std::chrono::nanoseconds span_;
  jose::key key_;
  std::int64_t number_ = -1;           // of the span of time that it is
  std::array<std::string, 3> around_;  // the one before, its own, the next one
};

}  // namespace candela::middleware::detail
