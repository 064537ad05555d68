#include "bench/techempower/updates.hpp"

#include <algorithm>
#include <tuple>

#include "bench/techempower/item_count.hpp"
#include "bench/techempower/world.hpp"

namespace techempower {

namespace db = candela::db;

namespace {

using outcome = std::expected<std::uint64_t, db::error>;

// One statement for any number of rows.
constexpr db::statement write_all{
    "UPDATE world SET randomnumber = fresh.number "
    "FROM (SELECT unnest($1::int4[]) AS id, unnest($2::int4[]) AS number) AS fresh WHERE world.id = fresh.id"};
constexpr db::statement write_one{"UPDATE world SET randomnumber = $2 WHERE id = $1"};

// A row that was drawn twice is written once, so both have to say the same. `worlds` is sorted by id.
void renumber(db::list<world>& worlds) {
  for (std::size_t i = 0; i != worlds.size(); ++i) {
    const bool again = i != 0 && worlds[i].id == worlds[i - 1].id;
    worlds[i].random_number = again ? worlds[i - 1].random_number : random_number();
  }
}

// `ids` is sorted, and for few rows PostgreSQL takes them, and locks them, in that order: two requests that write the
// same rows wait for each other. For many rows it may read the whole table in an order of its own; of two requests that
// lock each other out it then ends one, which asks again.
candela::task<outcome> write_batched(const db::database& data, const db::list<int>& ids, const db::list<world>& worlds,
                                     candela::arena& memory) {
  db::list<int> numbers(memory);
  numbers.reserve(worlds.size());
  for (const world& each : worlds) numbers.push_back(each.random_number);
  for (;;) {
    outcome written = co_await data.execute(write_all, ids, numbers);
    if (written || !written.error().is_serialization_failure()) co_return written;
  }
}

// Where statements have no arrays (SQLite): one by one in a transaction.
candela::task<outcome> write_singly(const db::database& data, const db::list<world>& worlds, candela::arena& memory) {
  db::list<std::tuple<int, int>> changes(memory);
  changes.reserve(worlds.size());
  for (const world& each : worlds) changes.emplace_back(each.id, each.random_number);
  const auto write = [&changes](db::transaction& open) -> candela::task<outcome> {
    outcome written = co_await open.execute_each(write_one, changes);
    co_return written;
  };
  outcome written = co_await data.transaction(write);
  co_return written;
}

}  // namespace

candela::task<void> update_worlds(candela::exchange& x) {
  const db::database data = x.db();
  db::list<int> ids = random_numbers(item_count(x.query("queries")), x.arena());
  std::ranges::sort(ids);
  auto read = co_await data.query_each<world>(find_world, ids);
  db::list<world>& worlds = read.value();
  renumber(worlds);
  candela::task<outcome> writing = data.dialect() == db::dialect::postgres ? write_batched(data, ids, worlds, x.arena())
                                                                           : write_singly(data, worlds, x.arena());
  const outcome written = co_await writing;
  static_cast<void>(written.value());
  x.json(worlds);
}

}  // namespace techempower
