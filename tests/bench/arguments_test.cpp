// Command lines of the benchmark programs.
#include "bench/measure/arguments.hpp"

#include <doctest/doctest.h>

#include <stdexcept>
#include <vector>

namespace {

using candela::bench::arguments;

arguments parse(std::vector<const char*> words) {
  words.insert(words.begin(), "program");
  return {static_cast<int>(words.size()), words.data(), {"--port", "--heads", "--seconds"}, {"--check"}};
}

}  // namespace

TEST_CASE("options take values, flags take none, and absent ones have their default") {
  const arguments given = parse({"--port", "80", "--check"});
  CHECK(given.number("--port", 1, 0, 65535) == 80);
  CHECK(given.has("--check"));
  CHECK(given.choice("--heads", {"equal", "different"}) == "equal");
  CHECK(given.seconds("--seconds", 2.5) == 2.5);
  CHECK(given.text("--heads", "none") == "none");
}

TEST_CASE("what is wrong with a command line is named") {
  CHECK_THROWS_WITH(parse({"--colour"}), "--colour: no such option");
  CHECK_THROWS_WITH(parse({"--port"}), "--port: needs a value");
  CHECK_THROWS_WITH(parse({"--port", "70000"}).number("--port", 0, 0, 65535),
                    "--port: expected a number from 0 to 65535");
  CHECK_THROWS_WITH(parse({"--port", "8x"}).number("--port", 0, 0, 9), "--port: expected a number from 0 to 9");
  CHECK_THROWS_WITH(parse({"--heads", "odd"}).choice("--heads", {"equal", "different"}),
                    "--heads: expected one of equal different");
  CHECK_THROWS_AS(parse({"--seconds", "-1"}).seconds("--seconds", 1), std::invalid_argument);
}
