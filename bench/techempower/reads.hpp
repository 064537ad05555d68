// The tests db and queries.
#pragma once

#include <candela/server/exchange.hpp>

namespace techempower {

/// One random row.
candela::task<void> one_world(candela::exchange& x);

/// `queries` random rows, each read by a query of its own.
candela::task<void> some_worlds(candela::exchange& x);

}  // namespace techempower
