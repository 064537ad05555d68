// A file laid over what code says.
#include <doctest/doctest.h>

#include <candela/config/dump.hpp>
#include <candela/config/merge.hpp>

#include "support.hpp"

namespace candela::config {

namespace {

struct overlay {
  std::string base;
  std::string over;
  std::string result;
};

}  // namespace

TEST_CASE("maps merge, anything else is replaced, and null leaves what was there") {
  const overlay cases[] = {
      {"{a: 1}", "{a: 2}", "a: 2\n"},
      {"{a: 1}", "{b: 2}", "a: 1\nb: 2\n"},
      {"{a: {x: 1, y: 1}}", "{a: {y: 2, z: 2}}", "a:\n  x: 1\n  y: 2\n  z: 2\n"},
      {"{a: [1, 2]}", "{a: [3]}", "a:\n  - 3\n"},
      {"{a: {x: 1}}", "{a: 5}", "a: 5\n"},
      {"{a: 5}", "{a: {x: 1}}", "a:\n  x: 1\n"},
      {"{a: 1}", "{a: ~}", "a: 1\n"},
      {"{a: 1}", "", "a: 1\n"},
      {"", "{a: 1}", "a: 1\n"},
      {"{a: 1}", "{}", "a: 1\n"},
      {"", "", "null\n"},
  };
  for (const auto& [base, over, result] : cases) {
    CAPTURE(base);
    CAPTURE(over);
    CHECK(dump(merge(parse(base), parse(over))) == result);
  }
}

TEST_CASE("every value keeps the place where it was written") {
  const node code = node::map({{"server", node::map({{"port", 80}, {"host", "a"}})}});
  const node server = merge(code, parse("x: 1\nserver:\n  host: b\n")).get("server");
  CHECK(to_string(server.get("host").where()) == "service.yml:3:9");
  CHECK(to_string(server.get("port").where()) == "code");
  CHECK(to_string(server.where()) == "service.yml:3:3");
}

TEST_CASE("merging leaves both trees as they were") {
  const node base = parse("{a: {x: 1}}"), over = parse("{a: {x: 2}}");
  static_cast<void>(merge(base, over));
  CHECK(base.get("a").get("x").as_integer() == 1);
  CHECK(over.get("a").get("x").as_integer() == 2);
}

}  // namespace candela::config
