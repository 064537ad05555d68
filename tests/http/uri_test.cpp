// Percent-encoding and query parameters.
#include <doctest/doctest.h>

#include <candela/http/uri.hpp>

namespace {

using namespace candela::http;
using namespace std::string_view_literals;

std::string segment(std::string_view text) {
  candela::arena memory;
  return std::string(decode_segment(text, memory).value_or("refused"));
}

std::string parameter(std::string_view query, std::string_view name) {
  candela::arena memory;
  return std::string(query_parameter(query, name, memory).value_or("none"));
}

}  // namespace

TEST_CASE("an escape is two hexadecimal digits and never a NUL") {
  for (const std::string_view text : {"", "a", "%20", "%aF", "a%2fb%25", "%01"}) {
    CAPTURE(text);
    CHECK(valid_escapes(text));
  }
  for (const std::string_view text : {"%", "%2", "a%", "%g0", "%0g", "%%20", "%00", "a%00b", "%-1", "%20%"}) {
    CAPTURE(text);
    CHECK_FALSE(valid_escapes(text));
  }
}

TEST_CASE("a segment is decoded, an encoded slash stays in it and a plus is a plus") {
  CHECK(segment("a%20b") == "a b");
  CHECK(segment("a%2Fb") == "a/b");
  CHECK(segment("%e2%82%ac") == "\xe2\x82\xac");
  CHECK(segment("%2525") == "%25");
  CHECK(segment("a+b") == "a+b");
  CHECK(segment("%00") == "refused");
  CHECK(segment("%zz") == "refused");
}

TEST_CASE("a segment without an escape is not copied") {
  candela::arena memory;
  const std::string_view text = "plain";
  CHECK(decode_segment(text, memory)->data() == text.data());
  CHECK(memory.reserved_bytes() == 0);
}

TEST_CASE("a query decodes plus to a space") {
  candela::arena memory;
  CHECK(decode_query("a+b%2B", memory) == "a b+");
  CHECK_FALSE(decode_query("a+%", memory).has_value());
}

TEST_CASE("the first parameter of a name is found by its decoded name") {
  CHECK(parameter("a=1&b=2&a=3", "a") == "1");
  CHECK(parameter("a=1&b=2", "b") == "2");
  CHECK(parameter("a%5B%5D=x+y", "a[]") == "x y");
  CHECK(parameter("a=b=c", "a") == "b=c");
  CHECK(parameter("a", "a") == "");
  CHECK(parameter("a=", "a") == "");
  CHECK(parameter("&&a=1", "a") == "1");
  CHECK(parameter("=1", "") == "1");
  CHECK(parameter("ab=1", "a") == "none");
  CHECK(parameter("", "a") == "none");
  CHECK(parameter("&", "") == "none");
  CHECK(parameter("%=1&a=2", "a") == "2");
  CHECK(parameter("a=%", "a") == "none");
}

TEST_CASE("everything but unreserved characters is escaped, and decoding gives it back") {
  CHECK(percent_encode("aZ09-._~") == "aZ09-._~");
  CHECK(percent_encode("a b/\xc3\xa4?") == "a%20b%2F%C3%A4%3F");
  std::string every;
  for (int byte = 1; byte != 256; ++byte) every += static_cast<char>(byte);
  CHECK(segment(percent_encode(every)) == every);
}
