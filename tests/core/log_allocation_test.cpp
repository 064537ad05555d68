// Counts this thread's allocations by replacing operator new; its own program, for sanitizers bring their own operator
// new.
#include <doctest/doctest.h>

#include <candela/core/log.hpp>
#include <cstdlib>
#include <new>
#include <string>

#include "tests/core/detail/scratch_folder.hpp"

using namespace candela;

namespace {
constinit thread_local std::size_t allocations = 0;
}

void* operator new(std::size_t bytes) {
  ++allocations;
  if (void* memory = std::malloc(bytes == 0 ? 1 : bytes)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

TEST_CASE("logging allocates nothing once the thread has its ring") {
  const testing::scratch_folder folder;
  log::options wanted;
  wanted.output.to_stderr = false;
  wanted.output.file = folder.file("a.log");
  log::configure(wanted);
  log::info("first");
  const std::string route = "/users/{id}/with-a-long-tail";
  const auto before = allocations;
  CHECK(before > 0);
  for (int i = 0; i != 500; ++i) {
    log::info("request", log::field("route", route), log::field("status", 200), log::field("seconds", 0.25));
  }
  const auto after = allocations;
  CHECK(after == before);
  log::shutdown();
  CHECK(folder.content("a.log").find("request route=/users/{id}/with-a-long-tail status=200 seconds=0.25\n") !=
        std::string::npos);
}
