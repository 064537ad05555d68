// Counting head ends however the stream is cut.
#include "bench/floor/request_ends.hpp"

#include <doctest/doctest.h>

#include <string>

using candela::bench::request_ends;

TEST_CASE("ends are found at every offset of a long piece") {
  for (std::size_t before = 0; before < 70; ++before) {
    request_ends ends;
    CHECK(ends.count(std::string(before, 'x') + "\r\n\r\n" + std::string(70, 'y')) == 1);
  }
}

TEST_CASE("a stream counts the same however it is cut in three") {
  const std::string stream = "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /b HTTP/1.1\r\nHost: a\r\n\r\nGET";
  for (std::size_t first = 0; first <= stream.size(); ++first) {
    for (std::size_t second = first; second <= stream.size(); ++second) {
      request_ends ends;
      std::size_t found = ends.count(std::string_view(stream).substr(0, first));
      found += ends.count(std::string_view(stream).substr(first, second - first));
      found += ends.count(std::string_view(stream).substr(second));
      REQUIRE(found == 2);
    }
  }
}

TEST_CASE("an end that arrives byte by byte is one end") {
  request_ends ends;
  std::size_t found = 0;
  for (const char byte : std::string("a\r\n\r\nb\r\n\r\n")) found += ends.count({&byte, 1});
  CHECK(found == 2);
}

TEST_CASE("line ends alone are no end") {
  request_ends ends;
  CHECK(ends.count("a\r\nb\r\n") == 0);
  CHECK(ends.count("c\n\n\r\r\n\rx") == 0);
}
