// The growing text: caller's bytes first, the arena afterwards.
#include <doctest/doctest.h>

#include <array>
#include <candela/json/output.hpp>
#include <span>
#include <string>

using candela::arena;
using candela::json::output;

TEST_CASE("what fits stays in the caller's bytes") {
  arena memory;
  std::array<char, 8> bytes{};
  output out(bytes, memory);
  out.append("12345678");
  CHECK(out.text() == "12345678");
  CHECK(out.text().data() == bytes.data());
  CHECK(memory.reserved_bytes() == 0);
}

TEST_CASE("what doesn't fit moves to the arena whole, and the caller's bytes are not overrun") {
  arena memory;
  std::array<char, 9> bytes{};
  bytes[8] = '#';
  const std::span<char> all_but_the_last(bytes.data(), 8);
  output out(all_but_the_last, memory);
  out.append("12345678");
  out.append('9');
  CHECK(out.text() == "123456789");
  CHECK(out.text().data() != bytes.data());
  CHECK(bytes[8] == '#');
}

TEST_CASE("inside the arena the text grows in place") {
  arena memory;
  output out(memory);
  out.append('x');
  const char* const begin = out.text().data();
  for (std::size_t i = 1; i != output::first_bytes * 4; ++i) out.append('x');
  CHECK(out.text().data() == begin);
  CHECK(out.text() == std::string(output::first_bytes * 4, 'x'));
}

TEST_CASE("the text survives other use of the arena and chunks that are too small") {
  arena memory;
  output out(memory);
  std::string expected;
  for (int i = 0; i != 2000; ++i) {
    out.append("piece ");
    expected += "piece ";
    if (i % 100 == 0) static_cast<void>(memory.copy("something else"));
  }
  CHECK(out.text() == expected);
}

TEST_CASE("an empty output is an empty text") {
  arena memory;
  output out(memory);
  out.append("");
  CHECK(out.text().empty());
}
