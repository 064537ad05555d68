#include <doctest/doctest.h>

#include <candela/core/error.hpp>
#include <cerrno>

using namespace candela;

TEST_CASE("an error says its name and what it was about") {
  CHECK(error(errc::timed_out).text() == "timed_out");
  CHECK(error(errc::closed, "by the peer").text() == "closed: by the peer");
  CHECK(error(errc::busy) == errc::busy);
  CHECK_FALSE(error(errc::busy) == errc::io);
}

TEST_CASE("an errno becomes the code that callers look for, whatever its sign") {
  CHECK(system_error(EADDRINUSE, "bind") == errc::address_in_use);
  CHECK(system_error(-ECONNRESET, "read") == errc::reset);
  CHECK(system_error(EMFILE, "accept") == errc::out_of_resources);
  CHECK(system_error(ENOSPC, "write") == errc::io);
  CHECK(system_error(-ENOENT, "open a.txt").detail.starts_with("open a.txt: "));
}

TEST_CASE("every code has a name of its own") {
  for (int code = static_cast<int>(errc::cancelled); code <= static_cast<int>(errc::internal); ++code) {
    CHECK(name_of(static_cast<errc>(code)) != "unknown");
  }
  CHECK(name_of(static_cast<errc>(0)) == "unknown");
}
