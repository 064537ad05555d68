// The hooks of the stages that sign, verify, encrypt, decrypt, seal and open bodies.
#pragma once

#include <candela/server/exchange.hpp>
#include <candela/server/stage_setup.hpp>
#include <memory>

namespace candela::middleware {

namespace detail {
class body_work;
}

/// The base of `jws_verify`, `jws_sign`, `jwe_decrypt`, `jwe_encrypt`, `open` and `seal`. Cryptography that takes long,
/// and all but the first short piece of a turn, runs on the lane for such work.
///
/// In a chain, one that opens requests stands behind what decides by the head alone (limits, who asks), which then
/// still does so before the body has come. One that protects responses stands before stages that change them, since
/// responses pass a chain backwards.
class body_stage {
 public:
  body_stage(body_stage&&) noexcept;
  ~body_stage();

  /// The whole body of requests; of responses nothing before the handler.
  stage_needs needs;

  /// Throws for a route that takes the bodies in pieces that this should see whole: `config::error` at the stage's
  /// options where a file has them, `std::invalid_argument` otherwise.
  [[nodiscard]] bool applies_to(const route& asked) const;
  task<step> on_request(exchange& x);
  task<void> on_response(exchange& x);

 protected:
  explicit body_stage(std::unique_ptr<detail::body_work> work) noexcept;

 private:
  std::unique_ptr<detail::body_work> work_;
};

}  // namespace candela::middleware
