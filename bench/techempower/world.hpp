// A row of the table that most tests read.
#pragma once

#include <candela/core/random.hpp>
#include <candela/db/db.hpp>
#include <candela/json/describe.hpp>

namespace techempower {

inline constexpr int world_count = 10'000;

struct world {
  int id = 0;
  int random_number = 0;
};
CANDELA_DESCRIBE_AS(world, (id, "id"), (random_number, "randomNumber"))

inline constexpr candela::db::statement find_world{"SELECT id, randomnumber FROM world WHERE id = $1",
                                                   candela::db::read_only};

/// From 1 to `world_count`: ids and random numbers have the same range.
[[nodiscard]] inline int random_number() { return static_cast<int>(candela::thread_random().below(world_count)) + 1; }

/// As many, in `memory`; equal ones may be among them.
[[nodiscard]] inline candela::db::list<int> random_numbers(unsigned count, candela::arena& memory) {
  candela::db::list<int> numbers(count, memory);
  for (int& each : numbers) each = random_number();
  return numbers;
}

}  // namespace techempower
