// What refusals mean, in words. For those who may know which check failed: whoever runs a command, writes a
// configuration or reads a log; never a client.
#pragma once

#include <candela/jose/error.hpp>
#include <string>
#include <string_view>

namespace candela::jose {

/// What a code means: `its time has passed`. What was refused is "it". Fixed; valid forever.
[[nodiscard]] std::string_view sentence_of(failure code) noexcept;

/// The same with the detail behind it: `its time has passed (exp)`.
[[nodiscard]] std::string explained(const error& why);

/// That behind the code: `expired: its time has passed (exp)`.
[[nodiscard]] std::string text_of(const error& why);

}  // namespace candela::jose
