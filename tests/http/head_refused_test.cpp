// Heads that are refused, each with its status and its stable code, as early as it can be known.
#include <doctest/doctest.h>

#include <tests/http/head_comparison.hpp>

namespace {

using namespace std::string_view_literals;
using namespace candela::http;
using testing::parsed_head;

struct refused {
  std::string_view text;
  std::string_view expected;  // status and code
};

constexpr refused rows[] = {
    // The request line.
    {"\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"sv, "400 method_character"},
    {" GET / HTTP/1.1\r\nHost: a\r\n\r\n"sv, "400 request_line_whitespace"},
    {"GE(T / HTTP/1.1\r\nHost: a\r\n\r\n"sv, "400 method_character"},
    {"G\xc3\x84T / HTTP/1.1\r\nHost: a\r\n\r\n"sv, "400 method_character"},
    {"GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n"sv, "400 method_character"},
    {"GET\r\n\r\n"sv, "400 method_character"},
    {"\x16\x03\x01\x02\x00\x01"sv, "400 method_character"},
    {"GET  / HTTP/1.1\r\nHost: a\r\n\r\n"sv, "400 request_line_whitespace"},
    {"GET /  HTTP/1.1\r\nHost: a\r\n\r\n"sv, "400 request_line_whitespace"},
    {"GET / HTTP/1.1 \r\nHost: a\r\n\r\n"sv, "400 version_malformed"},
    {"GET /a b HTTP/1.1\r\nHost: a\r\n\r\n"sv, "400 version_malformed"},
    {"GET /\r\n"sv, "400 version_missing"},
    {"GET /\r\nHost: a\r\n\r\n"sv, "400 version_missing"},
    {"GET /\n"sv, "400 bare_lf"},
    {"GET / \r\n\r\n"sv, "400 version_malformed"},
    {"GET / HTTP/1.1\nHost: a\r\n\r\n"sv, "400 bare_lf"},
    {"GET / HTTP/1.1\rHost: a\r\n\r\n"sv, "400 bare_cr"},
    // Versions.
    {"GET / HTTP/2.0\r\nHost: a\r\n\r\n"sv, "505 version_unsupported"},
    {"GET / HTTP/1.2\r\nHost: a\r\n\r\n"sv, "505 version_unsupported"},
    {"GET / HTTP/0.9\r\nHost: a\r\n\r\n"sv, "505 version_unsupported"},
    {"GET / HTTP/9.9\r\nHost: a\r\n\r\n"sv, "505 version_unsupported"},
    {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"sv, "505 version_unsupported"},
    {"GET / HTTP/1.10\r\nHost: a\r\n\r\n"sv, "400 version_malformed"},
    {"GET / HTTP/11\r\nHost: a\r\n\r\n"sv, "400 version_malformed"},
    {"GET / HTTP/1\r\nHost: a\r\n\r\n"sv, "400 version_malformed"},
    {"GET / HTTP/a.1\r\nHost: a\r\n\r\n"sv, "400 version_malformed"},
    {"GET / HTTP/-1.1\r\nHost: a\r\n\r\n"sv, "400 version_malformed"},
    {"GET / http/1.1\r\nHost: a\r\n\r\n"sv, "400 version_malformed"},
    {"GET / HTP/1.1\r\nHost: a\r\n\r\n"sv, "400 version_malformed"},
    {"GET / ICE/1.1\r\nHost: a\r\n\r\n"sv, "400 version_malformed"},
    {"SETUP / RTSP/1.0\r\nHost: a\r\n\r\n"sv, "400 version_malformed"},
    // Targets.
    {"GET a HTTP/1.1\r\nHost: a\r\n\r\n"sv, "400 target_form"},
    {"GET ? HTTP/1.1\r\nHost: a\r\n\r\n"sv, "400 target_form"},
    {"GET * HTTP/1.1\r\nHost: a\r\n\r\n"sv, "400 target_form"},
    {"OPTIONS ** HTTP/1.1\r\nHost: a\r\n\r\n"sv, "400 target_form"},
    {"OPTIONS *?a HTTP/1.1\r\nHost: a\r\n\r\n"sv, "400 target_form"},
    {"GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n"sv, "400 target_form"},
    {"GET a:80 HTTP/1.1\r\nHost: a\r\n\r\n"sv, "400 target_form"},
    {"GET http:/a HTTP/1.1\r\nHost: a\r\n\r\n"sv, "400 target_form"},
    {"GET http:// HTTP/1.1\r\nHost: a\r\n\r\n"sv, "400 target_authority"},
    {"GET http:///p HTTP/1.1\r\nHost: a\r\n\r\n"sv, "400 target_authority"},
    {"GET http://:80/ HTTP/1.1\r\nHost: a\r\n\r\n"sv, "400 target_authority"},
    {"GET http://a:x/ HTTP/1.1\r\nHost: a\r\n\r\n"sv, "400 target_authority"},
    {"GET http://[::1/ HTTP/1.1\r\nHost: a\r\n\r\n"sv, "400 target_authority"},
    {"GET http://u:p@a/ HTTP/1.1\r\nHost: a\r\n\r\n"sv, "400 target_userinfo"},
    {"GET http://@a/ HTTP/1.1\r\nHost: a\r\n\r\n"sv, "400 target_userinfo"},
    {"CONNECT / HTTP/1.1\r\nHost: a\r\n\r\n"sv, "400 target_authority"},
    {"CONNECT a HTTP/1.1\r\nHost: a\r\n\r\n"sv, "400 target_authority"},
    {"CONNECT a: HTTP/1.1\r\nHost: a\r\n\r\n"sv, "400 target_authority"},
    {"CONNECT a:99999 HTTP/1.1\r\nHost: a\r\n\r\n"sv, "400 target_authority"},
    {"CONNECT u@a:1 HTTP/1.1\r\nHost: a\r\n\r\n"sv, "400 target_authority"},
    {"CONNECT http://a:1 HTTP/1.1\r\nHost: a\r\n\r\n"sv, "400 target_authority"},
    {"GET /#a HTTP/1.1\r\nHost: a\r\n\r\n"sv, "400 target_fragment"},
    {"GET /?a#b HTTP/1.1\r\nHost: a\r\n\r\n"sv, "400 target_fragment"},
    {"GET /\" HTTP/1.1\r\nHost: a\r\n\r\n"sv, "400 target_character"},
    {"GET /< HTTP/1.1\r\nHost: a\r\n\r\n"sv, "400 target_character"},
    {"GET /> HTTP/1.1\r\nHost: a\r\n\r\n"sv, "400 target_character"},
    {"GET /\\ HTTP/1.1\r\nHost: a\r\n\r\n"sv, "400 target_character"},
    {"GET /^ HTTP/1.1\r\nHost: a\r\n\r\n"sv, "400 target_character"},
    {"GET /` HTTP/1.1\r\nHost: a\r\n\r\n"sv, "400 target_character"},
    {"GET /{ HTTP/1.1\r\nHost: a\r\n\r\n"sv, "400 target_character"},
    {"GET /| HTTP/1.1\r\nHost: a\r\n\r\n"sv, "400 target_character"},
    {"GET /?} HTTP/1.1\r\nHost: a\r\n\r\n"sv, "400 target_character"},
    {"GET /\x7f HTTP/1.1\r\nHost: a\r\n\r\n"sv, "400 target_character"},
    {"GET /\x01 HTTP/1.1\r\nHost: a\r\n\r\n"sv, "400 target_character"},
    {"GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n"sv, "400 target_character"},
    {"GET /\t HTTP/1.1\r\nHost: a\r\n\r\n"sv, "400 target_character"},
    {"GET /\xc3\xa4 HTTP/1.1\r\nHost: a\r\n\r\n"sv, "400 target_character"},
    {"GET /% HTTP/1.1\r\nHost: a\r\n\r\n"sv, "400 target_escape"},
    {"GET /%4 HTTP/1.1\r\nHost: a\r\n\r\n"sv, "400 target_escape"},
    {"GET /%4g HTTP/1.1\r\nHost: a\r\n\r\n"sv, "400 target_escape"},
    {"GET /%?ab HTTP/1.1\r\nHost: a\r\n\r\n"sv, "400 target_escape"},
    {"GET /a%00b HTTP/1.1\r\nHost: a\r\n\r\n"sv, "400 target_escape"},
    // Lines and names.
    {"GET / HTTP/1.1\r\n Host: a\r\n\r\n"sv, "400 whitespace_before_header"},
    {"GET / HTTP/1.1\r\n\tHost: a\r\n\r\n"sv, "400 whitespace_before_header"},
    {"GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n"sv, "400 folded_line"},
    {"GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n\tc\r\n\r\n"sv, "400 folded_line"},
    {"GET / HTTP/1.1\r\nHost: a\r\n \r\n\r\n"sv, "400 folded_line"},
    {"GET / HTTP/1.1\r\nHost : a\r\n\r\n"sv, "400 space_before_colon"},
    {"GET / HTTP/1.1\r\nHost\t: a\r\n\r\n"sv, "400 space_before_colon"},
    {"GET / HTTP/1.1\r\nHost: a\r\nContent-Length : 5\r\n\r\n"sv, "400 space_before_colon"},
    {"GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n"sv, "400 space_before_colon"},
    {"GET / HTTP/1.1\r\nHost: a\r\nA B: c\r\n\r\n"sv, "400 space_before_colon"},
    {"GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n"sv, "400 empty_field_name"},
    {"GET / HTTP/1.1\r\nHost: a\r\nX(Y): b\r\n\r\n"sv, "400 field_name_character"},
    {"GET / HTTP/1.1\r\nHost: a\r\nX\0: b\r\n\r\n"sv, "400 field_name_character"},
    {"GET / HTTP/1.1\r\nHost: a\r\nX\x7f: b\r\n\r\n"sv, "400 field_name_character"},
    {"GET / HTTP/1.1\r\nHost: a\r\nX\xc3\xa4: b\r\n\r\n"sv, "400 field_name_character"},
    {"GET / HTTP/1.1\r\nHost: a\r\nX\"Y: b\r\n\r\n"sv, "400 field_name_character"},
    {"GET / HTTP/1.1\r\nHost: a\r\nNothing\r\n\r\n"sv, "400 missing_colon"},
    {"GET / HTTP/1.1\r\nHost: a\r\nX\n: b\r\n\r\n"sv, "400 bare_lf"},
    // Values and line ends.
    {"GET / HTTP/1.1\r\nHost: a\r\nX: b\0c\r\n\r\n"sv, "400 nul_in_value"},
    {"GET / HTTP/1.1\r\nHost: a\r\nX: \x01\r\n\r\n"sv, "400 control_in_value"},
    {"GET / HTTP/1.1\r\nHost: a\r\nX: b\x1f\r\n\r\n"sv, "400 control_in_value"},
    {"GET / HTTP/1.1\r\nHost: a\r\nX: b\x7f\r\n\r\n"sv, "400 control_in_value"},
    {"GET / HTTP/1.1\r\nHost: a\r\nX: b\x0b\r\n\r\n"sv, "400 control_in_value"},
    {"GET / HTTP/1.1\r\nHost: a\r\nX: b\rc\r\n\r\n"sv, "400 bare_cr"},
    {"GET / HTTP/1.1\r\nHost: a\r\nX: b\r\r\n\r\n"sv, "400 bare_cr"},
    {"GET / HTTP/1.1\r\nHost: a\r\nX: b\nY: c\r\n\r\n"sv, "400 bare_lf"},
    {"GET / HTTP/1.1\r\nHost: a\r\n\n"sv, "400 bare_lf"},
    {"GET / HTTP/1.1\r\nHost: a\r\n\rX"sv, "400 bare_cr"},
    {"GET / HTTP/1.1\r\nHost: a\n\n"sv, "400 bare_lf"},
    // Hosts.
    {"GET / HTTP/1.1\r\n\r\n"sv, "400 host_missing"},
    {"GET / HTTP/1.1\r\nAccept: a\r\n\r\n"sv, "400 host_missing"},
    {"GET http://a/ HTTP/1.1\r\n\r\n"sv, "400 host_missing"},
    {"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"sv, "400 host_repeated"},
    {"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"sv, "400 host_repeated"},
    {"GET / HTTP/1.0\r\nHost: a\r\nhost: a\r\n\r\n"sv, "400 host_repeated"},
    {"GET / HTTP/1.1\r\nHost:\r\n\r\n"sv, "400 host_invalid"},
    {"GET / HTTP/1.0\r\nHost: a b\r\n\r\n"sv, "400 host_invalid"},
    {"GET / HTTP/1.1\r\nHost: u@a\r\n\r\n"sv, "400 host_invalid"},
    {"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"sv, "400 host_invalid"},
    {"GET / HTTP/1.1\r\nHost: a?b\r\n\r\n"sv, "400 host_invalid"},
    {"GET / HTTP/1.1\r\nHost: http://a\r\n\r\n"sv, "400 host_invalid"},
    {"GET / HTTP/1.1\r\nHost: :80\r\n\r\n"sv, "400 host_invalid"},
    {"GET / HTTP/1.1\r\nHost: a:b\r\n\r\n"sv, "400 host_invalid"},
    {"GET / HTTP/1.1\r\nHost: a:80:80\r\n\r\n"sv, "400 host_invalid"},
    {"GET / HTTP/1.1\r\nHost: a:-1\r\n\r\n"sv, "400 host_invalid"},
    {"GET / HTTP/1.1\r\nHost: a:65536\r\n\r\n"sv, "400 host_invalid"},
    {"GET / HTTP/1.1\r\nHost: a%zz\r\n\r\n"sv, "400 host_invalid"},
    {"GET / HTTP/1.1\r\nHost: a%00\r\n\r\n"sv, "400 host_invalid"},
    {"GET / HTTP/1.1\r\nHost: \xc3\xa4\r\n\r\n"sv, "400 host_invalid"},
    {"GET / HTTP/1.1\r\nHost: ::1\r\n\r\n"sv, "400 host_invalid"},
    {"GET / HTTP/1.1\r\nHost: []\r\n\r\n"sv, "400 host_invalid"},
    {"GET / HTTP/1.1\r\nHost: [::1\r\n\r\n"sv, "400 host_invalid"},
    {"GET / HTTP/1.1\r\nHost: [::1]80\r\n\r\n"sv, "400 host_invalid"},
    {"GET / HTTP/1.1\r\nHost: [1.2.3.4]\r\n\r\n"sv, "400 host_invalid"},
    {"GET / HTTP/1.1\r\nHost: [fe80::1%eth0]\r\n\r\n"sv, "400 host_invalid"},
    {"GET / HTTP/1.1\r\nHost: [1:2:3:4:5:6:7:8:9]\r\n\r\n"sv, "400 host_invalid"},
    {"GET http://b/ HTTP/1.1\r\nHost: a b\r\n\r\n"sv, "400 host_invalid"},
    // Framing.
    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n"sv, "400 content_length_repeated"},
    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n"sv, "400 content_length_repeated"},
    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 5\r\n\r\n"sv, "400 content_length_malformed"},
    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n"sv, "400 content_length_malformed"},
    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\n"sv, "400 content_length_malformed"},
    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n"sv, "400 content_length_malformed"},
    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x5\r\n\r\n"sv, "400 content_length_malformed"},
    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5 5\r\n\r\n"sv, "400 content_length_malformed"},
    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5.0\r\n\r\n"sv, "400 content_length_malformed"},
    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: five\r\n\r\n"sv, "400 content_length_malformed"},
    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9223372036854775808\r\n\r\n"sv, "400 content_length_overflow"},
    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 18446744073709551621\r\n\r\n"sv, "400 content_length_overflow"},
    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"sv,
     "400 length_with_chunked"},
    {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n"sv,
     "400 length_with_chunked"},
    {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"sv,
     "400 transfer_encoding_repeated"},
    {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, chunked\r\n\r\n"sv, "400 transfer_encoding_unknown"},
    {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n"sv, "400 transfer_encoding_unknown"},
    {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"sv, "400 transfer_encoding_unknown"},
    {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n"sv, "400 transfer_encoding_unknown"},
    {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\r\n\r\n"sv, "400 transfer_encoding_unknown"},
    {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n"sv, "400 transfer_encoding_unknown"},
    {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked;a=b\r\n\r\n"sv, "400 transfer_encoding_unknown"},
    {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \"chunked\"\r\n\r\n"sv, "400 transfer_encoding_unknown"},
    {"POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"sv, "400 transfer_encoding_version"},
    // Expectations.
    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nExpect: 200-ok\r\n\r\n"sv, "417 expectation_unknown"},
    {"POST / HTTP/1.1\r\nHost: a\r\nExpect:\r\n\r\n"sv, "417 expectation_unknown"},
    // What our rules alone would take, and llhttp reads in another way.
    {"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\t, x\r\n\r\n"sv, "400 judges_disagree"},
};

}  // namespace

TEST_CASE("a head that breaks a rule is refused with the rule's status and code") {
  for (const refused& row : rows) {
    CAPTURE(row.text);
    const parsed_head head = parsed_head::by(parse_head, std::string(row.text), {});
    CHECK(head.outcome == head_outcome::refused);
    CHECK(head.summary == row.expected);
  }
}

TEST_CASE("a head that comes byte by byte is refused for the same reason and not earlier than it can be known") {
  for (const refused& row : rows) {
    CAPTURE(row.text);
    const std::string text(row.text);
    bool judged = false;
    for (std::size_t size = 0; size <= text.size(); ++size) {
      const parsed_head part = parsed_head::by(parse_head, text.substr(0, size), {});
      CAPTURE(size);
      if (!judged && part.outcome == head_outcome::incomplete) continue;
      judged = true;
      CHECK(part.summary == row.expected);
    }
    CHECK(judged);
  }
}

TEST_CASE("an illegal byte is refused before the head is complete") {
  for (const std::string_view text : {"GET /\x01"sv, "GET / HTTP/1.1\r\nX: \0"sv, "GET / HTTP/1.1\r\nA B"sv, "(("sv}) {
    CAPTURE(text);
    CHECK(parsed_head::by(parse_head, std::string(text), {}).outcome == head_outcome::refused);
  }
}

TEST_CASE("a target is refused with 414 from the first byte beyond its limit") {
  const head_limits limits{.max_target_bytes = 8};
  const auto head = [](std::size_t bytes) { return "GET /" + std::string(bytes - 1, 'a'); };
  const std::string rest = " HTTP/1.1\r\nHost: a\r\n\r\n";
  CHECK(parsed_head::by(parse_head, head(8) + rest, limits).outcome == head_outcome::complete);
  CHECK(parsed_head::by(parse_head, head(8), limits).outcome == head_outcome::incomplete);
  CHECK(parsed_head::by(parse_head, head(9), limits).summary == "414 target_too_long");
  CHECK(parsed_head::by(parse_head, head(9) + rest, limits).summary == "414 target_too_long");
}

TEST_CASE("a head is refused with 431 from the first byte beyond its limit") {
  const std::string text = "GET / HTTP/1.1\r\nHost: a\r\nAccept: b\r\n\r\n";
  const head_limits exact{.max_head_bytes = text.size()};
  const head_limits less{.max_head_bytes = text.size() - 1};
  CHECK(parsed_head::by(parse_head, text + "more", exact).outcome == head_outcome::complete);
  CHECK(parsed_head::by(parse_head, text, less).summary == "431 head_too_large");
  CHECK(parsed_head::by(parse_head, text.substr(0, text.size() - 1), less).summary == "431 head_too_large");
  CHECK(parsed_head::by(parse_head, text.substr(0, text.size() - 2), less).outcome == head_outcome::incomplete);
}

TEST_CASE("a head is refused with 431 from the first field line beyond its limit") {
  const head_limits limits{.max_headers = 2};
  const std::string two = "GET / HTTP/1.1\r\nHost: a\r\nA: b\r\n";
  CHECK(parsed_head::by(parse_head, two + "\r\n", limits).outcome == head_outcome::complete);
  CHECK(parsed_head::by(parse_head, two, limits).outcome == head_outcome::incomplete);
  CHECK(parsed_head::by(parse_head, two + "C", limits).summary == "431 too_many_fields");
  CHECK(parsed_head::by(parse_head, two + "C: d\r\n\r\n", limits).summary == "431 too_many_fields");
}
