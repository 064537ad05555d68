// What a SQLite database has the process carry: its library and connections.
#include <dlfcn.h>

#include <string>
#include <string_view>

#include "tests/db/sqlite_fixture.hpp"

using namespace candela;
using namespace candela::testing;

namespace {

constexpr db::statement joined{"SELECT $1 || $2", db::read_only};

}  // namespace

TEST_CASE("a SQLite database does without the library of PostgreSQL") {
  sqlite_database made;
  test_database base(made.settings);
  CHECK(base.run([](db::database data) -> task<bool> {
    const auto read = co_await data.query(joined, "a", "b");
    co_return read.has_value();
  }));
  CHECK(dlopen("libpq.so.5", RTLD_LAZY | RTLD_NOLOAD) == nullptr);
}

TEST_CASE("the gauge of connections counts those of a SQLite database") {
  metrics::registry registry;
  const auto shown = [&] {
    std::string text;
    registry.render(text);
    constexpr std::string_view name = "\ndb_connections ";
    const std::size_t begin = text.find(name) + name.size();
    return text.substr(begin, text.find('\n', begin) - begin);
  };
  {
    sqlite_database made;
    test_database base(made.settings, &registry);
    CHECK(shown() == "1");  // the writer's
    CHECK(base.run([](db::database data) -> task<bool> {
      const auto read = co_await data.query(joined, "a", "b");
      co_return read.has_value();
    }));
    CHECK(shown() == "2");
  }
  CHECK(shown() == "0");
}
