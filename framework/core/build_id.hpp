// What a plugin and the libcandela that it is loaded into must agree on.
#pragma once

#include <string_view>

namespace candela {

/// The identity of this libcandela as one line of text: its version, a digest of its public headers, the compiler and
/// the standard library that built it. Valid for ever; from any thread.
///
/// Two builds with equal lines lay out every public type alike. A plugin carries the line that it was compiled with
/// (`CANDELA_BUILD_ID` of the generated `<candela/core/build_stamp.hpp>`), and is refused when the two differ in a
/// byte.
[[nodiscard]] std::string_view build_id() noexcept;

}  // namespace candela
