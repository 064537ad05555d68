// The test cached-worlds.
#pragma once

#include <candela/db/db.hpp>
#include <candela/server/exchange.hpp>

#include "bench/techempower/bounded_cache.hpp"
#include "bench/techempower/world.hpp"

namespace techempower {

/// Answers with `count` random worlds from memory. One for all workers: filled before they run, and only read by them.
class cached_worlds {
 public:
  /// Reads the whole table. Throws `std::bad_expected_access<db::error>` when that fails.
  candela::task<void> fill(candela::db::database& data);

  void answer(candela::exchange& x) const;

 private:
  bounded_cache<int, world> cache_{world_count};
};

}  // namespace techempower
