// Judging answers, whole and in pieces.
#include "bench/load/response_reader.hpp"

#include <doctest/doctest.h>

#include <string>

namespace {

using namespace candela::bench;

std::string answer(const std::string& status, const std::string& body, const std::string& date = "12:00:00") {
  return "HTTP/1.1 " + status + "\r\nDate: " + date + "\r\ncontent-length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

}  // namespace

TEST_CASE("whole answers are counted, an unfinished one is left") {
  response_reader reader("Hello");
  const std::string one = answer("200 OK", "Hello");
  const answers_read got = reader.read(one + one + one.substr(0, one.size() - 1), 16);
  CHECK(got.answers == 2);
  CHECK(got.wrong == 0);
  CHECK(got.consumed == 2 * one.size());
  CHECK_FALSE(got.broken);
  CHECK(reader.answer_bytes() == one.size());
}

TEST_CASE("an answer is complete at its last byte and not before, known pattern or not") {
  const std::string one = answer("200 OK", "Hello");
  response_reader knowing("Hello");
  REQUIRE(knowing.read(one, 1).answers == 1);
  for (std::size_t size = 0; size < one.size(); ++size) {
    response_reader fresh("Hello");
    CHECK(fresh.read(one.substr(0, size), 1).answers == 0);
    const answers_read got = knowing.read(one.substr(0, size), 1);
    CHECK(got.answers == 0);
    CHECK_FALSE(got.broken);
  }
}

TEST_CASE("another date is no other answer") {
  response_reader reader("Hello");
  const answers_read got = reader.read(answer("200 OK", "Hello") + answer("200 OK", "Hello", "12:00:01"), 2);
  CHECK(got.answers == 2);
  CHECK(got.wrong == 0);
}

TEST_CASE("another status or another body is counted as wrong and shown") {
  response_reader reader("Hello");
  const std::string good = answer("200 OK", "Hello");
  const answers_read got = reader.read(good + answer("503 No", "Hello") + answer("200 OK", "Jello") + good, 4);
  CHECK(got.answers == 4);
  CHECK(got.wrong == 2);
  CHECK(reader.first_wrong().starts_with("HTTP/1.1 503 No"));
}

TEST_CASE("answers of another length are taken when any body will do") {
  response_reader reader("");
  const answers_read got = reader.read(answer("200 OK", "1") + answer("200 OK", "22") + answer("200 OK", ""), 3);
  CHECK(got.answers == 3);
  CHECK(got.wrong == 0);
}

TEST_CASE("no more answers are taken than were asked for") {
  response_reader reader("");
  const std::string one = answer("200 OK", "x");
  const answers_read got = reader.read(one + one, 1);
  CHECK(got.answers == 1);
  CHECK(got.consumed == one.size());
}

TEST_CASE("what cannot be framed breaks the stream") {
  for (const std::string bytes :
       {"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 200 OK\r\nDate: now\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1x\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n", "nonsense"}) {
    response_reader reader("");
    const answers_read got = reader.read(bytes, 1);
    CHECK(got.broken);
    CHECK(got.answers == 0);
    CHECK_FALSE(reader.first_wrong().empty());
  }
}
