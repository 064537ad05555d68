#include <doctest/doctest.h>

#include <candela/core/text.hpp>
#include <charconv>
#include <limits>
#include <string>

using namespace candela;

namespace {

template <class Writer, class Value>
std::string written(Writer writer, Value value) {
  char room[32];
  return {room, writer(room, value)};
}

}  // namespace

TEST_CASE("integers are written as the standard library writes them") {
  std::uint64_t value = 1;
  for (int i = 0; i != 20; ++i, value = value * 10) {
    for (const std::uint64_t number : {value - 1, value, value + 1, value * 7}) {
      CHECK(written(write_decimal, number) == std::to_string(number));
      char hex[17] = {};
      std::to_chars(hex, hex + 16, number, 16);
      CHECK(written(write_hex, number) == hex);
    }
  }
  CHECK(written(write_decimal, std::numeric_limits<std::uint64_t>::max()) == "18446744073709551615");
  CHECK(written(write_signed_decimal, std::numeric_limits<std::int64_t>::min()) == "-9223372036854775808");
  CHECK(written(write_signed_decimal, std::int64_t{-5}) == "-5");
  CHECK(written(write_signed_decimal, std::int64_t{17}) == "17");
}

TEST_CASE("padded decimals keep their width") {
  char room[8];
  CHECK(std::string(room, write_padded_decimal(room, 7, 3)) == "007");
  CHECK(std::string(room, write_padded_decimal(room, 1234, 2)) == "34");
}

TEST_CASE("comparison ignores the case of ASCII letters and of nothing else") {
  CHECK(equal_ignoring_case("Content-Length", "cONTENT-lENGTH"));
  CHECK(equal_ignoring_case("", ""));
  CHECK_FALSE(equal_ignoring_case("abc", "abcd"));
  CHECK_FALSE(equal_ignoring_case("[", "{"));
  CHECK_FALSE(equal_ignoring_case("\xc4", "\xe4"));
}

TEST_CASE("trimming takes spaces and tabs from both ends only") {
  CHECK(trim(" \t a b\t ") == "a b");
  CHECK(trim(" \t ").empty());
  CHECK(trim("").empty());
  CHECK(trim("\na\r") == "\na\r");
}
