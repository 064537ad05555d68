#include "handlers/detail/byte_range.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace candela::handlers::detail;

namespace {

// "4+6" for six bytes from the fourth on.
std::string choice(std::string_view value, std::uint64_t bytes = 10) {
  const range_choice chosen = choose_range(value, bytes);
  if (chosen.kind == range_kind::whole) return "whole";
  if (chosen.kind == range_kind::unsatisfiable) return "unsatisfiable";
  return std::to_string(chosen.part.first) + "+" + std::to_string(chosen.part.count);
}

}  // namespace

TEST_CASE("one range is cut to the file") {
  CHECK(choice("bytes=0-0") == "0+1");
  CHECK(choice("bytes=4-9") == "4+6");
  CHECK(choice("bytes=4-10000") == "4+6");
  CHECK(choice("bytes=4-") == "4+6");
  CHECK(choice("bytes=-3") == "7+3");
  CHECK(choice("bytes=-3000") == "0+10");
  CHECK(choice("BYTES=9-9") == "9+1");
  CHECK(choice("bytes=0-99999999999999999999999") == "0+10");
}

TEST_CASE("a range behind the end cannot be satisfied") {
  CHECK(choice("bytes=10-") == "unsatisfiable");
  CHECK(choice("bytes=10-20") == "unsatisfiable");
  CHECK(choice("bytes=99999999999999999999999-") == "unsatisfiable");
  CHECK(choice("bytes=-0") == "unsatisfiable");
  CHECK(choice("bytes=10-,-0") == "unsatisfiable");
}

TEST_CASE("ranges that touch or overlap are one, whatever their order") {
  CHECK(choice("bytes=0-3,4-5") == "0+6");
  CHECK(choice("bytes=5-7, 2-5") == "2+6");
  CHECK(choice("bytes=0-9,3-4") == "0+10");
  CHECK(choice("bytes=2-3,,10-20") == "2+2");
}

TEST_CASE("ranges with gaps, and too many, are answered with the whole file") {
  CHECK(choice("bytes=0-1,3-4") == "whole");
  std::string many = "bytes=0-0";
  for (int i = 0; i != 20; ++i) many += ",0-0";
  CHECK(choice(many) == "whole");
}

TEST_CASE("what is malformed or in another unit is ignored") {
  for (const std::string_view value :
       {"", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=1", "bytes=5-4", "bytes=1-2x", "bytes=--1", "bytes=+1-2",
        "bytes=1-2-3", "bytes =1-2", "lines=1-2", "bytes=,"}) {
    CAPTURE(value);
    CHECK(choice(value) == "whole");
  }
}

TEST_CASE("an empty file has no ranges") {
  CHECK(choice("bytes=0-", 0) == "whole");
  CHECK(choice("bytes=-1", 0) == "whole");
}
