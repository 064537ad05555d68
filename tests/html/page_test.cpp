#include <doctest/doctest.h>

#include <candela/html/page.hpp>
#include <optional>
#include <string>
#include <vector>

namespace html = candela::html;

namespace shop {

struct item {
  std::string name;
  int count = 0;
};
CANDELA_DESCRIBE(item, name, count)

struct shelf {
  std::string title;
  std::vector<item> items;
};
CANDELA_DESCRIBE(shelf, title, items)

struct visit {
  std::string_view who;
  std::optional<std::string> note;
  bool guest = false;
  double share = 0;
  std::vector<shelf> shelves;
};
CANDELA_DESCRIBE(visit, who, note, guest, share, shelves)

}  // namespace shop

namespace {

template <html::page_text Text, class Data>
std::string shown(const Data& data) {
  candela::arena memory;
  return std::string(html::page<Text>::text(data, memory));
}

}  // namespace

TEST_CASE("a template without tags is its own page") {
  CHECK(shown<"<p>{ }</p>">(shop::item()) == "<p>{ }</p>");
  CHECK(shown<"">(shop::item()).empty());
}

TEST_CASE("values stand where their names are, texts escaped") {
  const shop::item tea{"<Earl> & \"Grey\"", -3};
  CHECK(shown<"{{name}}">(tea) == "&lt;Earl&gt; &amp; &quot;Grey&quot;");
  CHECK(shown<"<b>{{ name }}</b>: {{count}}!">(tea) == "<b>&lt;Earl&gt; &amp; &quot;Grey&quot;</b>: -3!");
}

TEST_CASE("braces in a value are no tags") { CHECK(shown<"{{name}}">(shop::item{"{{count}}", 1}) == "{{count}}"); }

TEST_CASE("an empty optional is nothing") {
  shop::visit data{.who = "A", .note = {}, .guest = false, .share = 0.5, .shelves = {}};
  CHECK(shown<"[{{note}}] {{share}}">(data) == "[] 0.5");
  data.note = "<b>";
  CHECK(shown<"[{{note}}]">(data) == "[&lt;b&gt;]");
}

TEST_CASE("a section is repeated for each element") {
  const shop::shelf data{"Tea", {{"green", 1}, {"black", 2}}};
  CHECK(shown<"{{title}}:{{#items}} {{name}}={{count}};{{/items}}.">(data) == "Tea: green=1; black=2;.");
  CHECK(shown<"{{#items}}x{{/items}}">(shop::shelf()).empty());
}

TEST_CASE("sections stand inside sections") {
  const shop::visit data{.who = "B",
                         .note = {},
                         .guest = true,
                         .share = 1,
                         .shelves = {{"a", {{"x", 1}}}, {"b", {}}, {"c", {{"y", 2}, {"z", 3}}}}};
  CHECK(shown<"{{who}}{{#shelves}}<{{title}}{{#items}},{{name}}{{/items}}>{{/shelves}}">(data) == "B<a,x><b><c,y,z>");
}

TEST_CASE("a section of a bool is there or not") {
  shop::visit data{.who = "C", .note = {}, .guest = true, .share = 1, .shelves = {}};
  CHECK(shown<"{{#guest}}Welcome, {{who}}{{/guest}}.">(data) == "Welcome, C.");
  data.guest = false;
  CHECK(shown<"{{#guest}}Welcome, {{who}}{{/guest}}.">(data) == ".");
}
