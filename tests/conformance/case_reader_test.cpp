#include "tests/conformance/case_reader.hpp"

#include <doctest/doctest.h>

using namespace candela::conformance;

namespace {

constexpr const char* two_cases =
    "# a file\n"
    "\n"
    "== The first\n"
    "rfc 9112, section 3\n"
    "> GET / HTTP/1.1\n"
    ">\n"
    ">- a\\x00\n"
    "< 200\n"
    "< header Server: candela\n"
    "< body a b\n"
    "half-close\n"
    "closed\n"
    "== The second\n"
    "rfc 9110\n"
    "server limits\n"
    "whole\n"
    "> HEAD / HTTP/1.1\n"
    "< 404 head\n"
    "open\n";

}  // namespace

TEST_CASE("a file's cases are read with their steps in order") {
  const auto cases = read_cases(two_cases, "file.txt");
  REQUIRE(cases.size() == 2);
  CHECK(cases[0].name == "The first");
  CHECK(cases[0].rfc == "9112, section 3");
  CHECK(cases[0].line == 3);
  CHECK(cases[0].end == ending::closed);
  REQUIRE(cases[0].steps.size() == 3);
  CHECK(std::get<send_bytes>(cases[0].steps[0]).bytes == std::string("GET / HTTP/1.1\r\n\r\na\0", 20));
  const auto& expected = std::get<expected_response>(cases[0].steps[1]);
  CHECK(expected.status == 200);
  CHECK(expected.headers.at(0).second == "candela");
  CHECK(expected.body == "a b");
  CHECK(std::holds_alternative<half_close>(cases[0].steps[2]));
  CHECK(cases[1].server == "limits");
  CHECK(cases[1].only_whole);
  CHECK(std::get<expected_response>(cases[1].steps[1]).to_head);
}

TEST_CASE("escapes and repeats stand for bytes") {
  CHECK(unescape("a\\r\\n\\t\\s\\\\\\{") == "a\r\n\t \\{");
  CHECK(unescape("\\xc3\\xA9") == "\xc3\xa9");
  CHECK(unescape("{repeat:3:ab}c") == "abababc");
  CHECK(unescape("{repeat:2:\\r\\n}") == "\r\n\r\n");
  CHECK(unescape("{\"a\":1}") == "{\"a\":1}");
}

TEST_CASE("what cannot be understood is refused and its line named") {
  CHECK_THROWS_WITH(static_cast<void>(read_cases("== A\nrfc 1\nshut\n", "f")), "f:3: unknown word shut");
  CHECK_THROWS_AS(static_cast<void>(read_cases("== A\nrfc 1\n> x\n", "f")), malformed_case);
  CHECK_THROWS_AS(static_cast<void>(read_cases("== A\nclosed\n", "f")), malformed_case);
  CHECK_THROWS_AS(static_cast<void>(read_cases("== A\nrfc 1\nclosed\n== A\nrfc 1\nclosed\n", "f")), malformed_case);
  CHECK_THROWS_AS(static_cast<void>(read_cases("== A\nrfc 1\n< body x\nclosed\n", "f")), malformed_case);
  CHECK_THROWS_AS(static_cast<void>(read_cases("== A\nrfc 1\n< 200\n< colour red\nclosed\n", "f")), malformed_case);
  CHECK_THROWS_AS(static_cast<void>(read_cases("", "f")), malformed_case);
  CHECK_THROWS_AS(static_cast<void>(unescape("\\q")), malformed_case);
  CHECK_THROWS_AS(static_cast<void>(unescape("{repeat:x:a}")), malformed_case);
}
