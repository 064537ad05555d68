// What a query takes from the heap, once everything is warm nothing; and what becomes of it when the heap refuses.
#include <array>
#include <atomic>
#include <candela/core/when.hpp>
#include <cstdlib>
#include <limits>
#include <new>
#include <utility>
#include <vector>

#include "tests/db/test_database.hpp"

namespace {
std::atomic<std::size_t> allocations{0};
std::atomic<std::size_t> largest{std::numeric_limits<std::size_t>::max()};
// Of this thread: that many more succeed, and the one behind them fails. Negative: all succeed.
thread_local int until_failure = -1;
}  // namespace

void* operator new(std::size_t bytes) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  if (until_failure >= 0 && until_failure-- == 0) throw std::bad_alloc();
  if (bytes <= largest.load(std::memory_order_relaxed)) {
    if (void* memory = std::malloc(bytes == 0 ? 1 : bytes)) return memory;
  }
  throw std::bad_alloc();
}
// Of arrays as well: a sanitizer's own one would not come by here.
void* operator new[](std::size_t bytes) { return operator new(bytes); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

using namespace candela;
using namespace candela::testing;

namespace {

struct world {
  int id = 0;
  int number = 0;
};
CANDELA_DESCRIBE(world, id, number)

constexpr db::statement find{"SELECT CAST($1 AS integer) AS id, 5 AS number", db::read_only};
constexpr db::statement names{"SELECT 'some text that is longer than a short string' FROM generate_series(1, 12)",
                              db::read_only};
constexpr db::statement large_text{"SELECT repeat('x', 16 * 1024 * 1024)", db::read_only};

// As many statements, none of which the server knows before its first use.
template <std::size_t>
constexpr db::statement fresh{"SELECT CAST($1 AS integer) AS some_name_that_takes_memory", db::read_only};
template <std::size_t... Index>
constexpr auto all_fresh(std::index_sequence<Index...>) {
  return std::array{&fresh<Index>...};
}

task<bool> is_answered(db::database data, int id) {
  const auto one = co_await data.query_one<world>(find, id);
  // The connection may have ended, but nobody gets what another one asked for.
  if (one) CHECK(one.value()->id == id);
  co_return one.has_value();
}

task<bool> without_memory(db::database data, const db::statement& what, int allocations_left) {
  until_failure = allocations_left;
  const auto one = co_await data.query_one<int>(what, 5);
  const bool failed = until_failure < 0;
  until_failure = -1;
  if (one) CHECK(one.value() == 5);
  co_return failed;
}

task<std::size_t> round(db::driver& driver) {
  arena memory;
  const db::database data(driver, memory);
  const auto one = co_await data.query_one<world>(find, 7);
  const std::array<int, 20> ids{};
  const auto many = co_await data.query_each<world>(find, ids);
  const auto texts = co_await data.query_as<std::string_view>(names);
  const auto rows = co_await data.query(names);
  std::size_t seen = one.value()->id == 7 ? 1 : 0;
  seen += many.value().size() + texts.value().size() + rows.value().size();
  co_return seen;
}

}  // namespace

TEST_CASE("a query on a warm shared connection takes nothing from the heap") {
  for (const db::sharing batch : {db::sharing::none, db::sharing::reads}) {
    db::settings settings = postgres_settings();
    settings.batch = batch;
    test_database base(settings);
    for (int i = 0; i != 20; ++i) REQUIRE(base.run_task(round(base.driver())) == 45);
    const std::size_t before = allocations;
    std::size_t seen = 0;
    for (int i = 0; i != 100; ++i) seen += base.run_task(round(base.driver()));
    CHECK(allocations - before == 0);
    CHECK(seen == 4500);
  }
}

TEST_CASE("a row that there is no memory for ends its query and its connection, and nothing else") {
  test_database base(postgres_settings());
  REQUIRE(base.run_task(round(base.driver())) == 45);
  largest = 4 * 1024 * 1024;
  const auto code = base.run([](db::database data) -> task<db::errc> {
    const auto refused = co_await data.query(large_text);
    co_return refused.has_value() ? db::errc::no_rows : refused.error().code();
  });
  largest = std::numeric_limits<std::size_t>::max();
  CHECK(code == db::errc::connection_lost);
  CHECK(base.run_task(round(base.driver())) == 45);
}

TEST_CASE("memory that runs out in the middle of a query gives nobody the rows of another one") {
  constexpr auto statements = all_fresh(std::make_index_sequence<40>());
  for (const db::sharing batch : {db::sharing::none, db::sharing::reads}) {
    db::settings settings = postgres_settings();
    settings.batch = batch;
    test_database base(settings);
    REQUIRE(base.run_task(is_answered(base.database(), 1)));
    int failures = 0;
    for (std::size_t i = 0; i != statements.size(); ++i) {
      failures += base.run([&](db::database data) -> task<int> {
        std::vector<task<bool>> all;
        for (int id = 0; id != 5; ++id) all.push_back(is_answered(data, id));
        all.push_back(without_memory(data, *statements[i], static_cast<int>(i)));
        for (int id = 5; id != 10; ++id) all.push_back(is_answered(data, id));
        const std::vector<bool> ended = co_await when_all(std::move(all));
        co_return ended[5] ? 1 : 0;
      });
      bool back = false;
      for (int attempt = 0; attempt != 5 && !back; ++attempt) back = base.run_task(is_answered(base.database(), 7));
      CHECK(back);
    }
    CHECK(failures > 5);
  }
}
