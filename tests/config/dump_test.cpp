// Configurations as text for people.
#include <doctest/doctest.h>

#include <candela/config/dump.hpp>

#include "support.hpp"

namespace candela::config {

TEST_CASE("a dump is the document again, in block style") {
  const char* const text =
      "a: 1\nb:\n  - x\n  - \"two words\"\n  -\n    c: ~\n    d: {}\n    e: []\n  -\n    - 1\n\"odd key\": "
      "\"\\x0a\\\"\"\n";
  const std::string expected =
      "a: 1\nb:\n  - \"x\"\n  - \"two words\"\n  -\n    c: null\n    d: {}\n    e: []\n  -\n    - 1\n\"odd key\": "
      "\"\\x0a\\\"\"\n";
  std::string quoted_x = text;
  quoted_x.replace(quoted_x.find("- x"), 3, "- 'x'");
  CHECK(dump(parse(quoted_x)) == expected);
  CHECK(dump(parse(expected)) == expected);
}

TEST_CASE("a dump keeps strings apart from what they look like") {
  CHECK(dump(node::map({{"a", "true"}, {"b", true}, {"c", "1"}, {"d", 1}})) ==
        "a: \"true\"\nb: true\nc: \"1\"\nd: 1\n");
}

TEST_CASE("a dump hides secrets and what came from the environment") {
  const environment table = variables({{"URL", "postgres://u:hunter2@db"}, {"PASSWORD", "hunter2"}});
  const node tree = parse(
      "url: ${URL}\npassword: hunter2\nkeys:\n  - hunter2\n  - {id: hunter2}\nport: ${PORT:80}\nlist: "
      "[\"${PASSWORD}\"]\n",
      table);
  CHECK(dump(tree) ==
        "url: \"***\"\npassword: \"***\"\nkeys:\n  - \"***\"\n  -\n    id: \"***\"\nport: 80\nlist:\n  - \"***\"\n");
}

}  // namespace candela::config
