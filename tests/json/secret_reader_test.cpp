// Texts that hold secrets: read as any other.
#include <candela/json/secret_reader.hpp>

#include <doctest/doctest.h>

#include <candela/json/writer.hpp>
#include <string>

namespace json = candela::json;

TEST_CASE("a secret text is read as it would be otherwise") {
  constexpr std::string_view text = R"({"a":[1,-2,18446744073709551615,1.5,true,null,"\u00e4"],"b":{"c":"d"}})";
  const json::secret_reader read(text);
  REQUIRE(read.root() != nullptr);
  candela::arena memory;
  CHECK(*read.root() == json::parse<json::value>(text, memory).value());
}

TEST_CASE("a secret text is refused for what any other is refused for") {
  for (const std::string_view wrong : {"", " ", "{", "{}x", "\xEF\xBB\xBF{}", R"({"a":1,"a":2})",
                                       R"({"b":{"a":1,"a":2}})", "[1,]", "\"\\ud800\"", "\"\xff\"", "1e400"}) {
    CAPTURE(wrong);
    CHECK(json::secret_reader(wrong).root() == nullptr);
  }
}

TEST_CASE("a secret text may be nested as deeply as is allowed, not deeper") {
  CHECK(json::secret_reader("[[[1]]]", {.max_depth = 3}).root() != nullptr);
  CHECK(json::secret_reader("[[[1]]]", {.max_depth = 2}).root() == nullptr);
}

TEST_CASE("a large secret text is read whole") {
  std::string text = "[\"" + std::string(200'000, 'x') + "\"";
  for (int i = 0; i != 20'000; ++i) text += ",\"\"";
  text += ']';
  const json::secret_reader read(text);
  REQUIRE(read.root() != nullptr);
  CHECK(read.root()->elements().size() == 20'001);
}
