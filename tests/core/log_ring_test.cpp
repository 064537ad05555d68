#include <doctest/doctest.h>

#include <candela/core/detail/log_ring.hpp>
#include <cstring>
#include <string>
#include <string_view>
#include <thread>

using candela::log::detail::log_ring;

namespace {

bool put(log_ring& ring, std::string_view text) {
  char* room = ring.reserve(text.size());
  if (room == nullptr) return false;
  std::memcpy(room, text.data(), text.size());
  ring.commit();
  return true;
}

std::string take(log_ring& ring) {
  const auto record = ring.front();
  std::string text(record.data(), record.size());
  if (!record.empty()) ring.pop();
  return text;
}

}  // namespace

TEST_CASE("records come out as they went in, around the end of the buffer many times") {
  log_ring ring(256);
  for (int i = 0; i != 1000; ++i) {
    const std::string first(static_cast<std::size_t>(i % 60 + 1), 'a');
    const std::string second(static_cast<std::size_t>(i % 37 + 1), 'b');
    REQUIRE(put(ring, first));
    REQUIRE(put(ring, second));
    REQUIRE(take(ring) == first);
    REQUIRE(take(ring) == second);
    REQUIRE(ring.empty());
  }
  CHECK(ring.dropped() == 0);
}

TEST_CASE("a full ring refuses records, counts them, and goes on when there is room") {
  log_ring ring(128);
  int kept = 0;
  while (put(ring, "0123456789abcdef")) ++kept;
  CHECK(kept == 5);
  CHECK_FALSE(put(ring, "0123456789abcdef"));
  CHECK(ring.dropped() == 2);
  CHECK(take(ring) == "0123456789abcdef");
  CHECK(put(ring, "more"));
  for (int i = 1; i != kept; ++i) CHECK(take(ring) == "0123456789abcdef");
  CHECK(take(ring) == "more");
  CHECK(take(ring).empty());
}

TEST_CASE("a record of more than half of the ring is refused") {
  log_ring ring(128);
  CHECK_FALSE(put(ring, std::string(64, 'x')));
  CHECK(put(ring, std::string(56, 'x')));
  CHECK(ring.dropped() == 1);
}

TEST_CASE("the writer learns once that the ring has become half full") {
  log_ring ring(256);
  int hurries = 0;
  for (int i = 0; i != 10; ++i) {
    REQUIRE(ring.reserve(16) != nullptr);
    hurries += ring.commit() ? 1 : 0;
  }
  CHECK(hurries == 1);
}

TEST_CASE("one thread writes while another reads") {
  log_ring ring(1024);
  constexpr std::uint32_t total = 50'000;
  std::thread writer([&] {
    for (std::uint32_t i = 0; i != total;) {
      char* room = ring.reserve(sizeof i + i % 29);
      if (room == nullptr) {
        std::this_thread::yield();
        continue;
      }
      std::memcpy(room, &i, sizeof i);
      ring.commit();
      ++i;
    }
  });
  std::uint32_t wrong = 0;
  for (std::uint32_t expected = 0; expected != total;) {
    const auto record = ring.front();
    if (record.empty()) {
      std::this_thread::yield();
      continue;
    }
    std::uint32_t number = 0;
    std::memcpy(&number, record.data(), sizeof number);
    wrong += number != expected || record.size() != sizeof number + expected % 29 ? 1 : 0;
    ring.pop();
    ++expected;
  }
  writer.join();
  CHECK(wrong == 0);
}
