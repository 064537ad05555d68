#include "bench/techempower/item_count.hpp"

#include <doctest/doctest.h>

#include <string>

using techempower::item_count;

TEST_CASE("a count in the range is taken as it is") {
  for (const unsigned each : {1U, 2U, 20U, 499U, 500U}) CHECK(item_count(std::to_string(each)) == each);
}

TEST_CASE("a count that is missing, no number or too small is 1") {
  CHECK(item_count(std::nullopt) == 1);
  for (const char* each : {"", "foo", "0", "-1", "-99999999999999999999", "2x", "x2", " 2", "1.5", "+2", "0x10"}) {
    INFO(each);
    CHECK(item_count(each) == 1);
  }
}

TEST_CASE("a count that is too large is 500") {
  for (const char* each : {"501", "2147483648", "99999999999999999999"}) {
    INFO(each);
    CHECK(item_count(each) == 500);
  }
}
