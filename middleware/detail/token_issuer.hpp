// One issuer whose signed tokens a stage takes: its keys, and the rules for its tokens. Private.
#pragma once

#include <candela/config/reader.hpp>
#include <candela/core/task.hpp>
#include <candela/jose/jwt.hpp>
#include <candela/keys/key_watch.hpp>
#include <candela/server/exchange.hpp>
#include <candela/server/stage_setup.hpp>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "middleware/detail/known_token.hpp"

namespace candela::middleware::detail {

/// The part of the rules that a check needs, which may run on another thread. Immutable.
struct token_checks {
  jose::token_rules rules;
  bool usual_types = false;  ///< `typ` is at+jwt, JWT or none, instead of the one in the rules
};

/// Checks a token and reads what it says, into memory of its own. On any thread; `keys` need not outlive the result.
[[nodiscard]] std::expected<known_token_ptr, jose::error> check_token(std::string_view token,
                                                                      const token_checks& checks,
                                                                      const keys::key_snapshot& keys,
                                                                      clock::wall_time now);

/// What claims say about who asks. Views into them.
[[nodiscard]] principal principal_of(const jose::claims& said) noexcept;

/// Notes from when and until when a token is good, without any leeway.
void note_dates(known_token& made, const jose::claims& said, const jose::token_rules& rules) noexcept;

/// Why a token is not accepted, for the log.
struct token_refusal {
  jose::error why;
  bool unavailable = false;  ///< nothing is known against it: there are no keys, or nobody to check it
};

/// Writes down why a token is not accepted.
void log_refusal(const exchange& x, const token_refusal& refused) noexcept;

/// What tokens are taken for.
enum class token_use : std::uint8_t {
  bearer,  ///< whoever holds it may use it until it expires
  once,    ///< it is spent by its first use
};

/// Belongs to one worker.
class token_issuer {
 public:
  /// Reads the options of one issuer; see `jwt_verify` and `single_use`. Does not say that they are complete.
  token_issuer(config::reader& options, stage_setup& setup, token_use use);

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] const token_checks& checks() const noexcept { return *checks_; }
  /// Whether a check costs so little that it need not leave the loop, and its keys are here already.
  [[nodiscard]] bool is_cheap() const noexcept { return cheap_; }
  /// Whether the token was found good by these rules, with keys that are still the newest.
  [[nodiscard]] bool still_stands_by(const known_token& token) const noexcept;

  /// Checks a token on this thread. An unknown key makes the source look, for those who come later.
  [[nodiscard]] std::expected<known_token_ptr, token_refusal> check_at_once(std::string_view token);
  /// Checks a token that stays where it is, for an exchange that may wait: the first in a turn of the loop here, the
  /// others on the lane for such work. Who names an unknown key waits for the look that this causes.
  [[nodiscard]] task<std::expected<known_token_ptr, token_refusal>> check(exchange& x, std::string_view token);

 private:
  using outcome = std::expected<known_token_ptr, token_refusal>;
  [[nodiscard]] task<outcome> check_with(keys::key_snapshot_ptr known, exchange& x, std::string_view token);

  net::worker& worker_;
  net::lane& lane_;
  std::string name_;
  std::shared_ptr<const token_checks> checks_;
  std::unique_ptr<keys::key_watch> keys_;
  bool cheap_ = false;
};

/// Where the keys of `options` come from: `keys`, `refresh`, `cooldown`, `stale_limit`, `authorities`, `plain_http`. A
/// file without a key that can check what is accepted is refused, now and whenever it is replaced.
[[nodiscard]] std::shared_ptr<keys::key_source> read_key_source(config::reader& options, stage_setup& setup,
                                                                jose::signature_algorithms accepted);

/// Algorithms by their names.
[[nodiscard]] jose::signature_algorithms read_algorithms(config::reader& options,
                                                         const std::vector<std::string>& otherwise);

}  // namespace candela::middleware::detail
