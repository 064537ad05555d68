// Tables for tests of COPY, and sessions to copy on.
#pragma once

#include <string>

#include "tests/db/test_database.hpp"

namespace candela::testing {

inline constexpr db::statement count_items{"SELECT count(*)::integer FROM item", db::read_only};
inline constexpr db::statement add_item{"INSERT INTO item VALUES ($1, $2)"};
inline constexpr db::statement own_process{"SELECT pg_backend_pid()"};
inline constexpr db::statement item_in{"COPY item FROM STDIN"};
inline constexpr db::statement item_out{"COPY (SELECT * FROM item ORDER BY id) TO STDOUT"};
inline constexpr db::statement endless_out{"COPY (SELECT 'row', generate_series(1, 2000000000)) TO STDOUT"};

using counted = std::expected<std::uint64_t, db::error>;
using done = std::expected<void, db::error>;

/// Two empty tables, `item` and `copied`, of a number and a name.
inline void make_tables(test_database& base) {
  base.run([](db::database data) -> task<void> {
    db::dedicated own = (co_await data.session()).value();
    (co_await own.script("DROP TABLE IF EXISTS item, copied; CREATE TABLE item (id integer PRIMARY KEY, name text); "
                         "CREATE TABLE copied (LIKE item INCLUDING ALL)"))
        .value();
  });
}

inline task<int> number(const db::queries& from, const db::statement& what) {
  co_return *(co_await from.query_one<int>(what)).value();
}

inline int number_of_items(test_database& base) {
  return base.run([](db::database data) -> task<int> { co_return co_await number(data, count_items); });
}

/// Runs a test on a session, over every way to PostgreSQL, with empty tables.
template <class Work>
void on_session(Work work) {
  over_postgres([&](test_database& base) {
    make_tables(base);
    base.run([&](db::database data) -> task<void> {
      auto own = co_await data.session();
      co_await work(own.value());
    });
  });
}

}  // namespace candela::testing
