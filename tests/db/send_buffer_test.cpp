// Bytes that wait to be sent.
#include <doctest/doctest.h>

#include <algorithm>
#include <candela/db/postgres/detail/send_buffer.hpp>
#include <string>

using candela::db::postgres::send_buffer;

TEST_CASE("bytes leave in the order in which they came, however few are taken at a time") {
  send_buffer buffer;
  std::string sent;
  std::string expected;
  for (int i = 0; i != 5000; ++i) {
    const std::string piece = std::to_string(i) + std::string(static_cast<std::size_t>(i % 300), '.');
    buffer.append(piece);
    expected += piece;
    const std::size_t taken = std::min<std::size_t>(buffer.unsent().size(), 100);
    sent += buffer.unsent().substr(0, taken);
    buffer.consume(taken);
  }
  sent += buffer.unsent();
  CHECK(sent == expected);
  buffer.clear();
  CHECK(buffer.empty());
}

TEST_CASE("a buffer that is never quite empty does not grow with what has gone through it") {
  send_buffer buffer;
  const std::string piece(50'000, 'x');
  buffer.append("y");
  for (int i = 0; i != 10'000; ++i) {
    buffer.append(piece);
    buffer.consume(piece.size());
  }
  CHECK(buffer.unsent().size() == 1);
  CHECK(buffer.capacity() <= 1024 * 1024);
}
