#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <candela/core/random.hpp>
#include <thread>
#include <vector>

using namespace candela;

TEST_CASE("a seeded generator repeats its sequence and another seed gives another") {
  fast_random first(42);
  fast_random again(42);
  fast_random other(43);
  std::vector<std::uint64_t> numbers(64);
  std::ranges::generate(numbers, std::ref(first));
  CHECK(std::ranges::all_of(numbers, [&](std::uint64_t number) { return number == again(); }));
  CHECK(std::ranges::none_of(numbers, [&](std::uint64_t number) { return number == other(); }));
}

TEST_CASE("numbers below a limit are evenly spread") {
  fast_random generator(7);
  std::array<int, 10> counts{};
  for (int i = 0; i != 100'000; ++i) ++counts.at(generator.below(10));
  for (const int count : counts) {
    CHECK(count > 9'500);
    CHECK(count < 10'500);
  }
  CHECK(generator.below(0) == 0);
  CHECK(generator.below(1) == 0);
}

TEST_CASE("every thread has a generator of its own, seeded differently") {
  const std::uint64_t here = thread_random()();
  std::uint64_t there = here;
  const fast_random* other = nullptr;
  std::thread([&] {
    other = &thread_random();
    there = thread_random()();
  }).join();
  CHECK(there != here);
  CHECK(other != &thread_random());
}

TEST_CASE("secrets fill every byte and never repeat") {
  std::array<std::byte, 600> first{};
  std::array<std::byte, 600> second{};
  fill_random(first);
  fill_random(second);
  CHECK(first != second);
  CHECK(std::ranges::count(first, std::byte{0}) < 30);
  fill_random({});
}
