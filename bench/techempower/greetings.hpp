// The tests json and plaintext: what serving costs without a database.
#pragma once

#include <candela/server/exchange.hpp>

namespace techempower {

/// `{"message":"Hello, World!"}`, an object made and serialised for each request.
void json(candela::exchange& x);

/// `Hello, World!`
void plaintext(candela::exchange& x);

}  // namespace techempower
