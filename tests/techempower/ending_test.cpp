#include <doctest/doctest.h>

#include "tests/techempower/service_under_test.hpp"

using namespace techempower::testing;

// Under the address sanitizer, also that it leaves nothing behind.
TEST_CASE("the service ends in good order when it is told to") {
  over_each_database([](service_under_test& other) {
    service_under_test service(other.database_url());
    CHECK(worlds_of(service.get("/queries?queries=20")).size() == 20);
    CHECK(worlds_of(service.get("/updates?queries=20")).size() == 20);
    CHECK(service.end() == 0);
  });
}
