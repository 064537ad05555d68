// Pointers as texts, and the bytes that they name.
#include <candela/json/pointer.hpp>

#include <doctest/doctest.h>

#include <candela/json/reader.hpp>
#include <string>

namespace json = candela::json;

namespace {

std::string at(std::string_view text, std::string_view pointer) {
  candela::arena memory;
  const auto root = json::parse<json::value>(text, memory);
  REQUIRE(root.has_value());
  const std::string_view found = json::text_at(text, *root, pointer);
  return found.data() == nullptr ? "nowhere" : std::string(found);
}

}  // namespace

TEST_CASE("a pointer is empty or begins with a slash, and its tildes are escapes") {
  for (const std::string_view right : {"", "/", "/a", "/a/b", "//", "/~0", "/~1/~01", "/a~1b", "/\xc3\xa4"}) {
    CAPTURE(right);
    CHECK(json::is_pointer(right));
  }
  for (const std::string_view wrong : {"a", "a/b", "/~", "/~2", "/a~", "/~/b", "#/a", " /a"}) {
    CAPTURE(wrong);
    CHECK_FALSE(json::is_pointer(wrong));
  }
}

TEST_CASE("pointers overlap when one names a place inside the other's") {
  CHECK(json::pointers_overlap("/a", "/a"));
  CHECK(json::pointers_overlap("/a", "/a/b"));
  CHECK(json::pointers_overlap("/a/b/0", "/a/b"));
  CHECK(json::pointers_overlap("", "/a"));
  CHECK_FALSE(json::pointers_overlap("/a", "/ab"));
  CHECK_FALSE(json::pointers_overlap("/a/0", "/a/1"));
}

TEST_CASE("the bytes of a value are found as they stand in the text") {
  constexpr std::string_view text =
      " { \"a\" : [ 1.50 , \"x\\\"]},\" , { \"b/c\" : null , \"\\u0064\" : 1e2 } ] ,\n\"~\": {} , \"\": true }\n";
  CHECK(at(text, "/a/0") == "1.50");
  CHECK(at(text, "/a/1") == "\"x\\\"]},\"");
  CHECK(at(text, "/a/2") == "{ \"b/c\" : null , \"\\u0064\" : 1e2 }");
  CHECK(at(text, "/a/2/b~1c") == "null");
  CHECK(at(text, "/a/2/d") == "1e2");
  CHECK(at(text, "/~0") == "{}");
  CHECK(at(text, "/") == "true");
  CHECK(at(" [ 1 ] ", "") == "[ 1 ]");
  CHECK(at(" 17\n", "") == "17");
}

TEST_CASE("what is not there has no bytes") {
  constexpr std::string_view text = R"({"a":[1,2],"b":{"c":"d"}})";
  for (const std::string_view nowhere : {"/x", "/a/2", "/a/-", "/a/00", "/a/01", "/a/+1", "/a/1/0", "/b/c/d", "/b/",
                                         "a", "/~2", "/a/18446744073709551616"}) {
    CAPTURE(nowhere);
    CHECK(at(text, nowhere) == "nowhere");
  }
}
