#include "bench/techempower/greetings.hpp"

#include <string_view>

namespace techempower {

namespace {

struct greeting {
  std::string_view message;
};
CANDELA_DESCRIBE(greeting, message)

}  // namespace

void json(candela::exchange& x) { x.json(greeting{"Hello, World!"}); }

void plaintext(candela::exchange& x) { x.text("Hello, World!"); }

}  // namespace techempower
