#include "bench/techempower/cached_worlds.hpp"

#include "bench/techempower/item_count.hpp"

namespace techempower {

namespace {

constexpr candela::db::statement find_all_worlds{"SELECT id, randomnumber FROM world", candela::db::read_only};

}  // namespace

candela::task<void> cached_worlds::fill(candela::db::database& data) {
  const auto worlds = co_await data.query_as<world>(find_all_worlds);
  for (const world& each : worlds.value()) cache_.put(each.id, each);
}

void cached_worlds::answer(candela::exchange& x) const {
  const unsigned count = item_count(x.query("count"));
  candela::db::list<world> found(x.arena());
  found.reserve(count);
  for (unsigned i = 0; i != count; ++i) {
    const world* each = cache_.find(random_number());
    if (each == nullptr) throw candela::problem::not_found("There is no such world in the cache.");
    found.push_back(*each);
  }
  x.json(found);
}

}  // namespace techempower
