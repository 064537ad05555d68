#include <doctest/doctest.h>

#include <candela/core/frame_pool.hpp>
#include <thread>
#include <vector>

using namespace candela;

TEST_CASE("a freed frame serves the next one of its size class") {
  void* first = frame_pool::allocate(200);
  frame_pool::release(first, 200);
  const auto before = frame_pool::current_usage();
  void* second = frame_pool::allocate(193);
  CHECK(second == first);
  CHECK(frame_pool::current_usage().system_allocations == before.system_allocations);
  frame_pool::release(second, 193);
}

TEST_CASE("spare frames of a thread are bounded") {
  std::vector<void*> frames;
  for (int i = 0; i != 2000; ++i) frames.push_back(frame_pool::allocate(2048));
  for (void* frame : frames) frame_pool::release(frame, 2048);
  const auto usage = frame_pool::current_usage();
  CHECK(usage.spare_bytes <= frame_pool::spare_limit_bytes);
  CHECK(usage.spare_bytes > frame_pool::spare_limit_bytes / 2);
}

TEST_CASE("a frame freed on another thread becomes a spare of that thread") {
  void* frame = frame_pool::allocate(512);
  const auto before = frame_pool::current_usage();
  std::size_t spare_there = 0;
  std::thread([&] {
    frame_pool::release(frame, 512);
    spare_there = frame_pool::current_usage().spare_bytes;
  }).join();
  CHECK(spare_there == 512);
  CHECK(frame_pool::current_usage().spare_bytes == before.spare_bytes);
}

TEST_CASE("a frame too large to recycle goes back to the system") {
  const auto before = frame_pool::current_usage();
  void* frame = frame_pool::allocate(100'000);
  frame_pool::release(frame, 100'000);
  CHECK(frame_pool::current_usage().spare_bytes == before.spare_bytes);
  CHECK(frame_pool::current_usage().system_allocations == before.system_allocations + 1);
}
