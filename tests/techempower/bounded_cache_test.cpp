#include "bench/techempower/bounded_cache.hpp"

#include <doctest/doctest.h>

#include <candela/core/random.hpp>
#include <deque>
#include <map>
#include <stdexcept>
#include <string>

using techempower::bounded_cache;

namespace {

// A hash that is of no use, so that every key stands in the way of the others.
struct same_hash {
  std::size_t operator()(int) const noexcept { return 7; }
};

/// The same cache by simpler means.
class model {
 public:
  explicit model(std::size_t capacity) : capacity_(capacity) {}
  void put(int key, int value) {
    if (values_.insert_or_assign(key, value).second) order_.push_back(key);
    if (order_.size() <= capacity_) return;
    values_.erase(order_.front());
    order_.pop_front();
  }
  const int* find(int key) const {
    const auto found = values_.find(key);
    return found == values_.end() ? nullptr : &found->second;
  }

 private:
  std::size_t capacity_;
  std::map<int, int> values_;
  std::deque<int> order_;
};

template <class Cache>
void compare_with_model(Cache cache, int keys) {
  model expected(cache.capacity());
  candela::fast_random random(20);
  for (int i = 0; i != 5'000; ++i) {
    const int key = static_cast<int>(random.below(static_cast<std::uint64_t>(keys)));
    cache.put(key, i);
    expected.put(key, i);
    for (int each = 0; each != keys; ++each) {
      const int* found = cache.find(each);
      const int* wanted = expected.find(each);
      if ((found == nullptr) != (wanted == nullptr)) FAIL("key " << each << " after " << i << " values");
      if (found != nullptr && *found != *wanted) FAIL("the value of " << each << " after " << i << " values");
    }
  }
  CHECK(cache.size() == cache.capacity());
}

}  // namespace

TEST_CASE("a cache finds what was put and nothing else") {
  bounded_cache<std::string, int> cache(4);
  CHECK(cache.find("a") == nullptr);
  cache.put("a", 1);
  REQUIRE(cache.find("a") != nullptr);
  CHECK(*cache.find("a") == 1);
  CHECK(cache.find("b") == nullptr);
  CHECK(cache.size() == 1);
}

TEST_CASE("a value that is put again replaces the one before") {
  bounded_cache<int, int> cache(2);
  cache.put(1, 10);
  cache.put(1, 11);
  CHECK(*cache.find(1) == 11);
  CHECK(cache.size() == 1);
}

TEST_CASE("a full cache lets go of what was put first") {
  bounded_cache<int, int> cache(2);
  cache.put(1, 10);
  cache.put(2, 20);
  cache.put(3, 30);
  CHECK(cache.find(1) == nullptr);
  CHECK(*cache.find(2) == 20);
  CHECK(*cache.find(3) == 30);
  CHECK(cache.size() == 2);
}

TEST_CASE("a cache behaves as its model over thousands of values") {
  compare_with_model(bounded_cache<int, int>(1), 3);
  compare_with_model(bounded_cache<int, int>(17), 40);
  compare_with_model(bounded_cache<int, int>(64), 80);
}

TEST_CASE("keys that are in each other's way are found nevertheless") {
  compare_with_model(bounded_cache<int, int, same_hash>(9), 20);
}

TEST_CASE("a cache holds something, and not without end") {
  const auto make = [](std::size_t capacity) { return bounded_cache<int, int>(capacity); };
  CHECK_THROWS_AS(make(0), std::invalid_argument);
  CHECK_THROWS_AS(make(std::size_t{1} << 40), std::invalid_argument);
}
