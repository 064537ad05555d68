// What the load client sends.
#include "bench/load/request_batch.hpp"

#include <doctest/doctest.h>

#include <set>
#include <stdexcept>
#include <string>

namespace {

using namespace candela::bench;

head_layout different_heads() { return {"/plaintext/{n}", head_kind::different, 198}; }

std::string_view target_of(std::string_view head) { return head.substr(4, head.find(' ', 4) - 4); }

}  // namespace

TEST_CASE("heads have the length that was asked for") {
  CHECK(request_batch({}, 1).head_bytes() == 198);
  CHECK(request_batch(different_heads(), 1).head_bytes() == 198);
  CHECK(request_batch({"/json", head_kind::equal, 300}, 1).head_bytes() == 300);
  const request_batch least({"/", head_kind::equal, 1}, 1);
  CHECK(least.head_bytes() > 100);
}

TEST_CASE("equal heads are equal byte for byte") {
  request_batch batch({}, 16);
  const std::string all(batch.next(16));
  REQUIRE(all.size() == 16 * 198);
  for (std::size_t at = 0; at < 16; ++at) CHECK(all.substr(at * 198, 198) == all.substr(0, 198));
  CHECK(batch.next(16) == all);
  CHECK(all.ends_with("\r\n\r\n"));
}

TEST_CASE("different heads never repeat, whatever the batches' sizes") {
  request_batch batch(different_heads(), 20);
  std::set<std::string> seen;
  std::size_t asked = 0;
  for (std::size_t round = 0; round < 1000; ++round) {
    const std::size_t count = 1 + round % 20;
    const std::string_view bytes = batch.next(count);
    REQUIRE(bytes.size() == count * 198);
    for (std::size_t at = 0; at < count; ++at) seen.emplace(bytes.substr(at * 198, 198));
    asked += count;
  }
  CHECK(seen.size() == asked);
}

TEST_CASE("different heads put their numbers at different places") {
  request_batch batch(different_heads(), 1);
  std::set<std::size_t> lengths;
  for (int count = 0; count < 16; ++count) {
    const std::string head(batch.next(1));
    lengths.insert(target_of(head).size());
    CHECK(target_of(head).find_first_not_of("0123456789", 11) == std::string_view::npos);
    CHECK(head.find("\r\nX-Request: ") != std::string::npos);
  }
  CHECK(lengths.size() == 5);
}

TEST_CASE("a batch is bounded") {
  CHECK_THROWS_AS(request_batch({}, 0), std::invalid_argument);
  CHECK_THROWS_AS(request_batch({}, request_batch::most_requests + 1), std::invalid_argument);
}
