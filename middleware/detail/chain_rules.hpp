// Private to the room: what a chain must be, from a stage's options.
#pragma once

#include <candela/config/reader.hpp>
#include <candela/custody/rules.hpp>

namespace candela::middleware::detail {

/// All options of `chain_verify` that become rules of the verification; throws `config::error` for what is wrong with
/// them.
[[nodiscard]] custody::chain_rules read_chain_rules(config::reader& options);

}  // namespace candela::middleware::detail
