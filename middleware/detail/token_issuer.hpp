// One issuer whose signed tokens a stage takes: its keys, and the rules for its tokens. Private.
#pragma once

#include <candela/config/reader.hpp>
#include <candela/jose/jwt.hpp>
#include <candela/keys/key_watch.hpp>
#include <candela/server/stage_setup.hpp>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

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

/// Belongs to one worker.
class token_issuer {
 public:
  /// Reads the options of one issuer; see `jwt_verify`.
  token_issuer(const config::node& options, stage_setup& setup);

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] const std::shared_ptr<const token_checks>& checks() const noexcept { return checks_; }
  [[nodiscard]] keys::key_watch& keys() noexcept { return *keys_; }
  /// Whether a check costs so little that it need not leave the loop, and its keys are here already.
  [[nodiscard]] bool is_cheap() const noexcept { return cheap_; }

 private:
  std::string name_;
  std::shared_ptr<const token_checks> checks_;
  std::unique_ptr<keys::key_watch> keys_;
  bool cheap_ = false;
};

/// Where the keys of `options` come from: `keys`, `refresh`, `cooldown`, `stale_limit`, `authorities`, `plain_http`.
[[nodiscard]] std::shared_ptr<keys::key_source> read_key_source(config::reader& options, stage_setup& setup);

/// Algorithms by their names.
[[nodiscard]] jose::signature_algorithms read_algorithms(config::reader& options,
                                                         const std::vector<std::string>& otherwise);

}  // namespace candela::middleware::detail
