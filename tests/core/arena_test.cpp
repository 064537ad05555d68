#include <doctest/doctest.h>

#include <algorithm>
#include <candela/core/arena.hpp>
#include <candela/core/poison.hpp>
#include <cstdint>
#include <new>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

using candela::arena;

namespace {

bool aligned(const void* address, std::size_t alignment) {
  return reinterpret_cast<std::uintptr_t>(address) % alignment == 0;
}

// Notes the order of destruction.
struct noted {
  noted(std::string& to, char as) : order(to), name(as) {}
  ~noted() { order += name; }
  std::string& order;
  char name;
};

}  // namespace

TEST_CASE("pieces are aligned, apart from each other, and keep what was written to them") {
  std::mt19937 random(7);
  arena memory;
  for (int round = 0; round != 20; ++round) {
    struct piece {
      unsigned char* bytes;
      std::size_t size;
    };
    std::vector<piece> pieces;
    for (unsigned char mark = 0; mark != 200; ++mark) {
      const std::size_t alignment = std::size_t{1} << random() % 8;
      const std::size_t size = random() % 20 == 0 ? random() % 20000 : random() % 300;
      auto* bytes = static_cast<unsigned char*>(memory.allocate(size, alignment));
      REQUIRE(aligned(bytes, alignment));
      std::fill_n(bytes, size, mark);
      pieces.push_back({bytes, size});
    }
    for (std::size_t mark = 0; mark != pieces.size(); ++mark) {
      const piece& one = pieces[mark];
      REQUIRE(std::all_of(one.bytes, one.bytes + one.size, [&](unsigned char byte) { return byte == mark; }));
    }
    memory.clear();
    CHECK(memory.reserved_bytes() <= arena::chunk_bytes);
  }
}

TEST_CASE("clearing gives large pieces back, even when nothing small was taken") {
  arena memory;
  static_cast<void>(memory.allocate(16));
  memory.clear();
  for (int request = 0; request != 100; ++request) {
    static_cast<void>(memory.allocate(50000));
    memory.clear();
    REQUIRE(memory.reserved_bytes() <= arena::chunk_bytes);
  }
}

TEST_CASE("a large piece leaves the room of the current chunk to small ones") {
  arena memory;
  auto* before = static_cast<char*>(memory.allocate(8, 1));
  static_cast<void>(memory.allocate(100000));
  CHECK(static_cast<char*>(memory.allocate(8, 1)) == before + 8);
}

TEST_CASE("objects are destroyed in reverse order of their making, once") {
  std::string order;
  {
    arena memory;
    for (const char name : {'a', 'b', 'c'}) memory.make<noted>(order, name);
    memory.clear();
    CHECK(order == "cba");
    memory.clear();
    memory.make<noted>(order, 'd');
  }
  CHECK(order == "cbad");
}

TEST_CASE("an object whose constructor throws is not destroyed") {
  struct unfinished {
    unfinished() { throw std::runtime_error("no"); }
    ~unfinished() { FAIL("it never was"); }
  };
  arena memory;
  CHECK_THROWS_AS(memory.make<unfinished>(), std::runtime_error);
  memory.clear();
}

TEST_CASE("the last piece grows in place as far as its chunk goes") {
  arena memory;
  auto* text = static_cast<char*>(memory.allocate(10, 1));
  CHECK(memory.extend(text + 10, 5));
  CHECK_FALSE(memory.extend(text + 10, 5));
  CHECK_FALSE(memory.extend(text + 15, arena::chunk_bytes));
  CHECK(static_cast<char*>(memory.allocate(1, 1)) == text + 15);
  CHECK_FALSE(memory.extend(text + 15, 1));
}

TEST_CASE("copies and arrays") {
  arena memory;
  CHECK(memory.copy("").empty());
  const std::string source = "text";
  const std::string_view copy = memory.copy(source);
  CHECK(copy == source);
  CHECK(copy.data() != source.data());
  const auto numbers = memory.make_array<std::uint64_t>(100);
  CHECK(aligned(numbers.data(), alignof(std::uint64_t)));
  for (const std::uint64_t number : numbers) REQUIRE(number == 0);
}

TEST_CASE("more than there can be is refused") {
  arena memory;
  CHECK_THROWS_AS(static_cast<void>(memory.allocate(SIZE_MAX)), std::bad_alloc);
  CHECK_THROWS_AS(static_cast<void>(memory.allocate(SIZE_MAX - 20)), std::bad_alloc);
  CHECK_THROWS_AS(static_cast<void>(memory.make_array<std::uint64_t>(SIZE_MAX / 4)), std::bad_alloc);
}

TEST_CASE("chunks are used again by the next arena of the thread") {
  const void* first = nullptr;
  {
    arena memory;
    first = memory.allocate(16);
  }
  arena next;
  CHECK(next.allocate(16) == first);
}

#if defined(CANDELA_POISON)
TEST_CASE("debug builds overwrite what a cleared arena held") {
  arena memory;
  const std::string_view view = memory.copy("secret");
  memory.clear();
  for (const char byte : view) CHECK(static_cast<unsigned char>(byte) == candela::poison_byte);
}
#endif
