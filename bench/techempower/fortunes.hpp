// The test fortunes.
#pragma once

#include <candela/server/exchange.hpp>

namespace techempower {

/// All fortunes and one more as an HTML table, sorted by their messages.
candela::task<void> fortunes(candela::exchange& x);

}  // namespace techempower
