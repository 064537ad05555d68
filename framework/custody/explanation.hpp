// What refusals mean, in words. For those who may know which check failed: whoever runs a command, writes a
// configuration or reads a log; never a client.
#pragma once

#include <candela/custody/refusal.hpp>
#include <string>
#include <string_view>

namespace candela::custody {

/// What a code means: `the proof was used before`. Fixed; valid forever.
[[nodiscard]] std::string_view sentence_of(refusal code) noexcept;

/// The same with the detail behind it: `the chain or its proof is not there (no proof)`.
[[nodiscard]] std::string explained(const error& why);

}  // namespace candela::custody
