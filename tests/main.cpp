// The entry point of every test program.
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <stdlib.h>

#include "tests/kept_logs.hpp"

int main(int argc, char** argv) {
  if (getenv("CANDELA_TEST_LOGS") != nullptr) candela::testing::keep_logs();
  return doctest::Context(argc, argv).run();
}
