// Chunked bodies: what is taken, what is refused and why, in pieces of every size.
#include <doctest/doctest.h>

#include <candela/http/chunked_decoder.hpp>
#include <tests/http/decoded_body.hpp>

namespace {

using namespace std::string_view_literals;
using namespace candela::http;
using testing::decoded_body;

struct row {
  std::string_view input;
  std::string_view data;
  std::string_view rest_or_code;
};

constexpr row accepted[] = {
    {"0\r\n\r\n", "", ""},
    {"5\r\nhello\r\n0\r\n\r\nGET /", "hello", "GET /"},
    {"5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n", "hello world", ""},
    {"A\r\n0123456789\r\n0\r\n\r\n", "0123456789", ""},
    {"9\r\n\r\n\r\n0\r\n\r\n\r\n0\r\n\r\n", "\r\n\r\n0\r\n\r\n", ""},
    {"0000000000000003\r\nabc\r\n000\r\n\r\n", "abc", ""},
    {"3;name\r\nabc\r\n0;last\r\n\r\n", "abc", ""},
    {"3;name=value\r\nabc\r\n0\r\n\r\n", "abc", ""},
    {"3;name=\"a quoted; value\"\r\nabc\r\n0\r\n\r\n", "abc", ""},
    {"3;a;b=c\r\nabc\r\n0\r\n\r\n", "abc", ""},
    {"3;a=b;c\r\nabc\r\n0;d=\"e\";f=g\r\n\r\n", "abc", ""},
    {"3;a=\"q;\\\"x\"\r\nabc\r\n0\r\n\r\n", "abc", ""},
    {"3;a=\"\\\\\";b\r\nabc\r\n1;c=d;e\r\nx\r\n0;f=\"\"\r\nX: y\r\n\r\nrest", "abcx", "rest"},
    {"0\r\nX-Sum: 1\r\nX-More:\t\xc3\xa4 \r\n\r\nrest", "", "rest"},
};

constexpr row refused[] = {
    {"\r\n", "", "chunk_size_malformed"},
    {"g\r\n", "", "chunk_size_malformed"},
    {"-1\r\n", "", "chunk_size_malformed"},
    {"+1\r\n", "", "chunk_size_malformed"},
    {" 1\r\n", "", "chunk_size_malformed"},
    {"1 \r\na\r\n", "", "chunk_size_malformed"},
    {"1\t;a\r\n", "", "chunk_size_malformed"},
    {"0x1\r\n", "", "chunk_size_malformed"},
    {"1,1\r\n", "", "chunk_size_malformed"},
    {";a\r\n", "", "chunk_size_malformed"},
    {"8000000000000000\r\n", "", "chunk_size_overflow"},
    {"ffffffffffffffff\r\n", "", "chunk_size_overflow"},
    {"00000000000000001\r\n", "", "chunk_size_overflow"},
    {"1\na\r\n", "", "bare_lf"},
    {"1\ra\r\n", "", "bare_cr"},
    {"1;a\n", "", "bare_lf"},
    {"1;\r\n", "", "chunk_extension_malformed"},
    {"1; a\r\n", "", "chunk_extension_malformed"},
    {"1;a =b\r\n", "", "chunk_extension_malformed"},
    {"1;a= b\r\n", "", "chunk_extension_malformed"},
    {"1;a=\r\n", "", "chunk_extension_malformed"},
    {"1;=b\r\n", "", "chunk_extension_malformed"},
    {"1;a=\"b\r\n", "", "chunk_extension_malformed"},
    {"1;a=\"b\"c\r\n", "", "chunk_extension_malformed"},
    {"1;a=\"\\\"\r\n", "", "chunk_extension_malformed"},
    {"1;a=\"b\\\r\n", "", "chunk_extension_malformed"},
    {"1;a=\"b\\\n\"\r\n", "", "bare_lf"},
    {"1;a=\"\\\0\"\r\n"sv, "", "chunk_extension_malformed"},
    {"1;a=b;\r\n", "", "chunk_extension_malformed"},
    {"1;a=b;c=\r\n", "", "chunk_extension_malformed"},
    {"1;a=b;=c\r\n", "", "chunk_extension_malformed"},
    {"1;a=\\b\r\n", "", "chunk_extension_malformed"},
    {"1;a=\"\x01\"\r\n", "", "chunk_extension_malformed"},
    {"1;a\0\r\n"sv, "", "chunk_extension_malformed"},
    {"3\r\nabcd\r\n", "abc", "chunk_end_missing"},
    {"3\r\nabc0\r\n\r\n", "abc", "chunk_end_missing"},
    {"3\r\nabc\n0\r\n\r\n", "abc", "chunk_end_missing"},
    {"3\r\nabc\rx", "abc", "chunk_end_missing"},
    {"3\r\nabc\r\n\r\n", "abc", "chunk_size_malformed"},
    {"0\r\n\n", "", "bare_lf"},
    {"0\r\n\rx", "", "bare_cr"},
    {"0\r\nX: a\n\r\n", "", "bare_lf"},
    {"0\r\nX: a\rb\r\n", "", "bare_cr"},
    {"0\r\nX : a\r\n", "", "space_before_colon"},
    {"0\r\n X: a\r\n", "", "whitespace_before_header"},
    {"0\r\nX: a\r\n b\r\n", "", "folded_line"},
    {"0\r\n: a\r\n", "", "empty_field_name"},
    {"0\r\nX\r\n", "", "missing_colon"},
    {"0\r\n(: a\r\n", "", "field_name_character"},
    {"0\r\nX: \0\r\n"sv, "", "nul_in_value"},
    {"0\r\nX: \x7f\r\n", "", "control_in_value"},
    {"0\r\nContent-Length: 5\r\n\r\n", "", "trailer_forbidden"},
    {"0\r\nTRANSFER-ENCODING: chunked\r\n\r\n", "", "trailer_forbidden"},
    {"0\r\nhost: a\r\n\r\n", "", "trailer_forbidden"},
    {"0\r\nTrailer: a\r\n\r\n", "", "trailer_forbidden"},
    {"0\r\nX: a\r\nAuthorization: b\r\n\r\n", "", "trailer_forbidden"},
    {"0\r\nProxy-Connection: close\r\n\r\n", "", "trailer_forbidden"},
};

}  // namespace

TEST_CASE("a valid chunked body is its data, and what follows it stays, in pieces of every size") {
  for (const row& each : accepted) {
    CAPTURE(each.input);
    for (std::size_t piece = 1; piece <= each.input.size(); ++piece) {
      CAPTURE(piece);
      const decoded_body body = decoded_body::of(each.input, piece);
      CHECK(body.outcome == chunk_outcome::complete);
      CHECK(body.data == each.data);
      CHECK(body.rest == each.rest_or_code);
    }
  }
}

TEST_CASE("a malformed chunked body is refused with a code, in pieces of every size") {
  for (const row& each : refused) {
    CAPTURE(each.input);
    for (std::size_t piece = 1; piece <= each.input.size(); ++piece) {
      CAPTURE(piece);
      const decoded_body body = decoded_body::of(each.input, piece);
      CHECK(body.outcome == chunk_outcome::refused);
      CHECK(body.data == each.data);
      CHECK(body.code == each.rest_or_code);
    }
  }
}

TEST_CASE("a chunked body without its end is incomplete") {
  const std::string_view whole = "3;a=b\r\nabc\r\n0\r\nX: y\r\n\r\n";
  for (std::size_t size = 0; size != whole.size(); ++size) {
    CHECK(decoded_body::of(whole.substr(0, size), 4).outcome == chunk_outcome::incomplete);
  }
}

TEST_CASE("extensions and trailers have limits") {
  const chunk_limits limits{.max_extension_bytes = 4, .max_trailer_bytes = 12, .max_trailers = 2};
  const auto verdict = [&](std::string_view input) {
    const decoded_body body = decoded_body::of(input, 1, limits);
    return body.outcome == chunk_outcome::refused ? std::to_string(body.status) + ' ' + body.code : body.data;
  };
  CHECK(verdict("1;abc\r\nx\r\n0\r\n\r\n") == "x");
  CHECK(verdict("1;abcd\r\nx\r\n0\r\n\r\n") == "400 chunk_extension_too_long");
  CHECK(verdict("1;abc\r\nx\r\n1;abc\r\ny\r\n0\r\n\r\n") == "xy");
  CHECK(verdict("0\r\nA: b\r\nC: d\r\n\r\n") == "");
  CHECK(verdict("0\r\nA: b\r\nC: de\r\n\r\n") == "431 trailers_too_large");
  CHECK(verdict("0\r\nA:\r\nB:\r\nC:\r\n\r\n") == "431 too_many_trailers");
  CHECK(decoded_body::of("1;\r\n", 1, {.max_extension_bytes = 0}).code == "chunk_extension_too_long");
}

TEST_CASE("data are views into what was fed, and a refusal stays") {
  chunked_decoder decoder;
  const std::string_view fed = "3\r\nabc\r\nx";
  std::string_view input = fed;
  std::string_view piece;
  head_error error;
  CHECK(decoder.next(input, piece, error) == chunk_outcome::data);
  CHECK(piece.data() == fed.data() + 3);
  CHECK(decoder.next(input, piece, error) == chunk_outcome::refused);
  std::string_view more = "0\r\n\r\n";
  chunked_decoder moved = std::move(decoder);
  CHECK(moved.next(more, piece, error) == chunk_outcome::refused);
  CHECK(error.code == "chunk_size_malformed");
}
