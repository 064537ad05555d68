#include "bench/techempower/fortunes.hpp"

#include <algorithm>
#include <candela/db/db.hpp>
#include <candela/html/page.hpp>
#include <span>
#include <string_view>

namespace techempower {

namespace db = candela::db;

namespace {

struct fortune {
  int id = 0;
  std::string_view message;
};
CANDELA_DESCRIBE(fortune, id, message)

struct fortune_table {
  std::span<const fortune> rows;
};
CANDELA_DESCRIBE(fortune_table, rows)

constexpr db::statement find_fortunes{"SELECT id, message FROM fortune", db::read_only};

using fortune_page = candela::html::page<
    "<!DOCTYPE html>"
    "<html>"
    "<head><title>Fortunes</title></head>"
    "<body>"
    "<table>"
    "<tr><th>id</th><th>message</th></tr>"
    "{{#rows}}<tr><td>{{id}}</td><td>{{message}}</td></tr>{{/rows}}"
    "</table>"
    "</body>"
    "</html>">;

}  // namespace

candela::task<void> fortunes(candela::exchange& x) {
  const db::database data = x.db();
  auto found = co_await data.query_as<fortune>(find_fortunes);
  db::list<fortune>& rows = found.value();
  rows.push_back({0, "Additional fortune added at request time."});
  std::ranges::sort(rows, {}, &fortune::message);
  const std::string_view page = fortune_page::text(fortune_table{rows}, x.arena());
  x.response().content_type("text/html; charset=utf-8").body(page);
}

}  // namespace techempower
