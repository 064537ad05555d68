// What reading and writing take from the heap once a worker is warm: nothing.
#include <doctest/doctest.h>

#include <candela/json/json.hpp>
#include <cstddef>
#include <cstdlib>
#include <new>

namespace {

std::size_t allocations = 0;

}  // namespace

// Every form, since a sanitizer brings its own for those that are not replaced, and none may meet another's memory.
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(bytes);
}
void* operator new(std::size_t bytes) {
  if (void* memory = operator new(bytes, std::nothrow)) return memory;
  throw std::bad_alloc();
}
void* operator new[](std::size_t bytes, const std::nothrow_t& none) noexcept { return operator new(bytes, none); }
void* operator new[](std::size_t bytes) { return operator new(bytes); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

namespace json = candela::json;

namespace warm {

struct point {
  double x = 0;
  std::array<int, 2> grid{};
  std::string_view name;
  std::optional<json::value> extra;
};
CANDELA_DESCRIBE(point, x, grid, name, extra)

}  // namespace warm

TEST_CASE("a warm thread reads and writes without the heap") {
  constexpr std::string_view text = R"({"x":1.5,"grid":[3,4],"name":"somewhere","extra":{"a":[1,"\n",null]}})";
  candela::arena memory;
  bool equal = true;
  std::size_t before = 0;
  std::size_t reserved_before = 0;
  for (int round = 0; round != 10; ++round) {
    if (round == 1) {
      before = allocations;
      reserved_before = memory.reserved_bytes();
    }
    const auto read = json::parse<warm::point>(text, memory);
    equal = equal && read.has_value() && json::to_text(*read, memory) == text;
    memory.clear();
  }
  CHECK(equal);
  CHECK(before > 0);
  CHECK(allocations == before);
  CHECK(memory.reserved_bytes() == reserved_before);
}
