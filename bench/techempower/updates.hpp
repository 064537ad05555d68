// The test updates.
#pragma once

#include <candela/server/exchange.hpp>

namespace techempower {

/// Reads `queries` random rows, each by a query of its own, gives each a new random number, and answers with them when
/// all are written.
candela::task<void> update_worlds(candela::exchange& x);

}  // namespace techempower
