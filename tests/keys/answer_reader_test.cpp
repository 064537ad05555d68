#include <doctest/doctest.h>
#include <candela/keys/detail/answer_reader.hpp>
#include <string>
#include <string_view>

using candela::errc;
using candela::keys::detail::answer_reader;

namespace {

// What comes of these bytes, given in pieces of that size and then ended.
std::string outcome_of(std::string_view bytes, std::size_t piece, std::size_t max_bytes = 64) {
  answer_reader reader(max_bytes);
  bool complete = false;
  while (!bytes.empty() && !complete) {
    const auto taken = reader.take(bytes.substr(0, piece));
    if (!taken) return std::string(candela::name_of(taken.error().code));
    complete = *taken;
    bytes.remove_prefix(std::min(piece, bytes.size()));
  }
  if (!complete) {
    if (const auto ended = reader.end(); !ended) return std::string(candela::name_of(ended.error().code));
  }
  return "body " + std::move(reader).result().body;
}

void check(std::string_view bytes, std::string_view wanted) {
  CAPTURE(bytes);
  for (const std::size_t piece : {1, 2, 7, 1000}) {
    CAPTURE(piece);
    CHECK(outcome_of(bytes, piece) == wanted);
  }
}

}  // namespace

TEST_CASE("an answer's end is found in each of the ways that there are") {
  check("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "body hello");
  check("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "body ");
  check("HTTP/1.1 200\r\ncontent-length:5\r\n\r\nhello", "body hello");
  check("HTTP/1.0 200 OK\r\n\r\nhello", "body hello");
  check("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\n\r\n", "body hello");
}

TEST_CASE("another status than 200 is refused, redirects too") {
  check("HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\n\r\n", "refused");
  check("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "refused");
  check("HTTP/1.1 204 No Content\r\n\r\n", "refused");
}

TEST_CASE("what could be understood in two ways is refused") {
  check("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello", "invalid");
  check("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "invalid");
  check("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", "invalid");
  check("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello", "invalid");
  check("HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\nhello", "invalid");
  check("HTTP/1.1 200 OK\r\nno field\r\n\r\n", "invalid");
  check("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "invalid");
  check("HTTP/2 200\r\n\r\n", "invalid");
  check("SSH-2.0-OpenSSH\r\n\r\n", "invalid");
}

TEST_CASE("no more is kept than the bounds allow") {
  const std::string large(65, 'x');
  check("HTTP/1.1 200 OK\r\nContent-Length: 65\r\n\r\n" + large, "too_large");
  check("HTTP/1.1 200 OK\r\n\r\n" + large, "too_large");
  check("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n41\r\n" + large + "\r\n0\r\n\r\n", "too_large");
  CHECK(outcome_of("HTTP/1.1 200 OK\r\nX: " + std::string(20'000, 'x'), 512) == "too_large");
}

TEST_CASE("an answer that was cut off is none") {
  check("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello", "closed");
  check("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", "closed");
  check("HTTP/1.1 200 OK\r\n", "closed");
  check("", "closed");
}

TEST_CASE("how long an answer may be kept is read") {
  const auto age = [](std::string_view directives) {
    answer_reader reader(64);
    const auto taken =
        reader.take("HTTP/1.1 200 OK\r\nCache-Control: " + std::string(directives) + "\r\nContent-Length: 0\r\n\r\n");
    REQUIRE(taken);
    return std::move(reader).result().max_age;
  };
  CHECK(age("public, Max-Age=300") == std::chrono::seconds(300));
  CHECK(age("no-store") == std::chrono::seconds(0));
  CHECK(age("max-age=99999999999") == std::chrono::seconds(31'536'000));
  CHECK(!age("max-age=soon, private"));
}

TEST_CASE("an answer may be followed by another when it says so and nothing came behind it") {
  const auto may = [](std::string_view bytes) {
    answer_reader reader(64);
    const auto complete = reader.take(bytes);
    return complete && *complete && reader.may_be_followed();
  };
  CHECK(may("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"));
  CHECK(may("HTTP/1.1 200 OK\r\nConnection: keep-alive, closed\r\nContent-Length: 0\r\n\r\n"));
  CHECK(may("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n0\r\n\r\n"));
  CHECK_FALSE(may("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello!"));
  CHECK_FALSE(may("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n0\r\n\r\nH"));
  CHECK_FALSE(may("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
  CHECK_FALSE(may("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nconnection: TE,close\r\n\r\n"));
  CHECK_FALSE(may("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n"));
  answer_reader ended(64);
  REQUIRE(ended.take("HTTP/1.1 200 OK\r\n\r\nhello"));
  REQUIRE(ended.end());
  CHECK_FALSE(ended.may_be_followed());
}
