// Text in an HTML page.
#pragma once

#include <candela/json/output.hpp>
#include <string_view>

namespace candela::html {

/// Writes `text` so that it is shown as it is between tags and in quoted attribute values: the five characters that
/// mean something there become character references, everything else passes. Not for scripts, style sheets, addresses
/// in links and attributes without quotes, which have other rules (HTML Standard, sections 13.1.2 and 13.1.4).
void write_escaped(json::output& out, std::string_view text);

}  // namespace candela::html
