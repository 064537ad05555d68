#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <candela/core/byte_queue.hpp>
#include <random>
#include <string>
#include <thread>
#include <utility>

using candela::byte_queue;

namespace {

std::string all_of(const byte_queue& queue) {
  std::array<std::string_view, 256> pieces;
  const std::size_t count = queue.gather(pieces);
  std::string text;
  for (std::size_t piece = 0; piece != count; ++piece) {
    CHECK_FALSE(pieces[piece].empty());
    text.append(pieces[piece]);
  }
  return text;
}

// Bytes that differ from their neighbours, so that a misplaced block shows.
std::string some_bytes(std::mt19937& random) {
  static constexpr std::size_t longest[] = {3, 200, 5000, 40000};
  std::string bytes(random() % longest[random() % 4], '\0');
  std::ranges::generate(bytes, [value = random()]() mutable { return static_cast<char>(value++); });
  return bytes;
}

// A queue beside a string that is used in the same way.
struct queue_and_model {
  byte_queue queue;
  std::string model;

  void append(const std::string& bytes) {
    queue.append(bytes);
    model += bytes;
  }
  void write_in_place(const std::string& bytes) {
    const std::span<char> room = queue.prepare();
    REQUIRE_FALSE(room.empty());
    const std::size_t count = std::min(room.size(), bytes.size());
    std::copy_n(bytes.data(), count, room.data());
    queue.commit(count);
    model.append(bytes, 0, count);
  }
  void splice(const std::string& bytes) {
    byte_queue other;
    other.append(bytes);
    queue.append(std::move(other));
    model += bytes;
  }
  void consume(std::size_t bytes) {
    queue.consume(bytes);
    model.erase(0, bytes);
  }
  void check() const {
    REQUIRE(queue.size() == model.size());
    REQUIRE(queue.empty() == model.empty());
    REQUIRE(model.starts_with(queue.front()));
    REQUIRE(queue.front().empty() == model.empty());
    REQUIRE(all_of(queue) == model);
  }
};

}  // namespace

TEST_CASE("a byte queue holds what a string would, however it is filled and emptied") {
  for (unsigned seed = 1; seed != 9; ++seed) {
    CAPTURE(seed);
    std::mt19937 random(seed);
    queue_and_model both;
    for (int step = 0; step != 300; ++step) {
      switch (random() % 6) {
        case 0: both.append(some_bytes(random)); break;
        case 1: both.write_in_place(some_bytes(random)); break;
        case 2: both.splice(some_bytes(random)); break;
        case 3: both.consume(both.model.size() / 2); break;
        case 4: both.consume(random() % (both.model.size() + 1)); break;
        case 5: both.consume(std::min(both.model.size(), both.queue.front().size())); break;
      }
      if (random() % 50 == 0) both.consume(both.model.size());
      both.check();
    }
  }
}

TEST_CASE("a moved-from byte queue is empty and usable") {
  byte_queue first;
  first.append("text");
  byte_queue second = std::move(first);
  CHECK(second.front() == "text");
  first = byte_queue();
  CHECK(first.empty());
  first.append("new");
  CHECK(first.front() == "new");
}

TEST_CASE("room that was prepared and not used leaves no trace") {
  byte_queue queue;
  static_cast<void>(queue.prepare());
  queue.commit(0);
  byte_queue other;
  other.append("text");
  queue.append(std::move(other));
  CHECK(queue.front() == "text");
  CHECK(other.empty());
  queue.consume(4);
  CHECK(queue.front().empty());
}

TEST_CASE("a queue filled on one thread is emptied on another") {
  byte_queue queue;
  std::thread([&] { queue.append(std::string(100000, 'x')); }).join();
  CHECK(all_of(queue) == std::string(100000, 'x'));
  queue.clear();
  CHECK(queue.empty());
}
