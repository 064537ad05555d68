#include "bench/techempower/reads.hpp"

#include "bench/techempower/item_count.hpp"
#include "bench/techempower/world.hpp"

namespace techempower {

candela::task<void> one_world(candela::exchange& x) {
  const candela::db::database data = x.db();
  const auto found = co_await data.query_one<world>(find_world, random_number());
  if (!found.value()) throw candela::problem::not_found("There is no such world.");
  x.json(**found);
}

candela::task<void> some_worlds(candela::exchange& x) {
  const candela::db::database data = x.db();
  const candela::db::list<int> ids = random_numbers(item_count(x.query("queries")), x.arena());
  const auto worlds = co_await data.query_each<world>(find_world, ids);
  x.json(worlds.value());
}

}  // namespace techempower
