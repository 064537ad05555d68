// Heads that are read, and what is read in them.
#include <doctest/doctest.h>

#include <tests/http/head_comparison.hpp>

namespace {

using namespace candela::http;
using testing::parsed_head;

struct accepted {
  std::string_view text;      // with or without its first bytes of a body
  std::string_view expected;  // method, form, path, query, authority, framing, flags
};

std::string flags(const request_head& head) {
  std::string text = head.keep_alive ? "keep" : "close";
  if (head.minor_version == 0) text += " 1.0";
  if (head.expect_continue) text += " expect";
  if (head.upgrade) text += " upgrade";
  return text;
}

std::string framing(const request_head& head) {
  if (head.framing == body_framing::length) return std::to_string(head.content_length);
  return head.framing == body_framing::chunked ? "chunked" : "none";
}

std::string describe(const request_head& head) {
  constexpr std::string_view forms[] = {"origin", "absolute", "authority", "asterisk"};
  std::string text(head.method_name);
  text.append(" ").append(forms[static_cast<int>(head.form)]).append(" ").append(head.path);
  if (head.has_query) text.append("?").append(head.query);
  return text.append(" @").append(head.authority) + ' ' + framing(head) + ' ' + flags(head);
}

constexpr accepted rows[] = {
    // The plain kind.
    {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET origin / @a none keep"},
    {"HEAD /x HTTP/1.1\r\nHost: a\r\n\r\n", "HEAD origin /x @a none keep"},
    {"DELETE /x HTTP/1.1\r\nHost: a\r\n\r\n", "DELETE origin /x @a none keep"},
    {"PATCH /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", "PATCH origin /x @a 3 keep"},
    {"PUT /x HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", "PUT origin /x @a 0 keep"},
    {"OPTIONS /x HTTP/1.1\r\nHost: a\r\n\r\n", "OPTIONS origin /x @a none keep"},
    {"TRACE /x HTTP/1.1\r\nHost: a\r\n\r\n", "TRACE origin /x @a none keep"},
    {"POST /x HTTP/1.1\r\nContent-Length: 12\r\nHost: a\r\n\r\n", "POST origin /x @a 12 keep"},
    {"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "GET origin / @a none close"},
    {"GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\n\r\n", "GET origin / @a none keep"},
    {"GET / HTTP/1.1\r\nHOST: a\r\nCONNECTION: CLOSE\r\n\r\n", "GET origin / @a none close"},
    // Methods.
    {"BREW /pot HTTP/1.1\r\nHost: a\r\n\r\n", "BREW origin /pot @a none keep"},
    {"get / HTTP/1.1\r\nHost: a\r\n\r\n", "get origin / @a none keep"},
    {"M-SEARCH /x HTTP/1.1\r\nHost: a\r\n\r\n", "M-SEARCH origin /x @a none keep"},
    {"SOURCE /x HTTP/1.1\r\nHost: a\r\n\r\n", "SOURCE origin /x @a none keep"},
    {"PRI /x HTTP/1.1\r\nHost: a\r\n\r\n", "PRI origin /x @a none keep"},
    {"DESCRIBE /x HTTP/1.1\r\nHost: a\r\n\r\n", "DESCRIBE origin /x @a none keep"},
    {"!#$%&'*+-.^_`|~9 / HTTP/1.1\r\nHost: a\r\n\r\n", "!#$%&'*+-.^_`|~9 origin / @a none keep"},
    // Targets.
    {"GET /? HTTP/1.1\r\nHost: a\r\n\r\n", "GET origin /? @a none keep"},
    {"GET /a?b=c&d HTTP/1.1\r\nHost: a\r\n\r\n", "GET origin /a?b=c&d @a none keep"},
    {"GET /a?b?c HTTP/1.1\r\nHost: a\r\n\r\n", "GET origin /a?b?c @a none keep"},
    {"GET /a%2Fb%20 HTTP/1.1\r\nHost: a\r\n\r\n", "GET origin /a%2Fb%20 @a none keep"},
    {"GET /a?100%&%00 HTTP/1.1\r\nHost: a\r\n\r\n", "GET origin /a?100%&%00 @a none keep"},
    {"GET //a//b HTTP/1.1\r\nHost: a\r\n\r\n", "GET origin //a//b @a none keep"},
    {"GET /;a=b/@:!$&'()*+,~ HTTP/1.1\r\nHost: a\r\n\r\n", "GET origin /;a=b/@:!$&'()*+,~ @a none keep"},
    {"GET /?a[]=1 HTTP/1.1\r\nHost: a\r\n\r\n", "GET origin /?a[]=1 @a none keep"},
    {"GET http://b/p?q HTTP/1.1\r\nHost: a\r\n\r\n", "GET absolute /p?q @b none keep"},
    {"GET HTTPS://b:8443/ HTTP/1.1\r\nHost: a\r\n\r\n", "GET absolute / @b:8443 none keep"},
    {"GET http://b HTTP/1.1\r\nHost: a\r\n\r\n", "GET absolute / @b none keep"},
    {"GET http://b?q HTTP/1.1\r\nHost: a\r\n\r\n", "GET absolute /?q @b none keep"},
    {"GET http://[2001:db8::1]:80/ HTTP/1.1\r\nHost: a\r\n\r\n", "GET absolute / @[2001:db8::1]:80 none keep"},
    {"CONNECT b:443 HTTP/1.1\r\nHost: b:443\r\n\r\n", "CONNECT authority  @b:443 none keep"},
    {"CONNECT [::1]:443 HTTP/1.1\r\nHost: \r\n\r\n", "CONNECT authority  @[::1]:443 none keep"},
    {"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "OPTIONS asterisk * @a none keep"},
    // HTTP/1.0.
    {"GET / HTTP/1.0\r\n\r\n", "GET origin / @ none close 1.0"},
    {"GET / HTTP/1.0\r\nHost: a\r\n\r\n", "GET origin / @a none close 1.0"},
    {"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "GET origin / @ none keep 1.0"},
    {"GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n", "GET origin / @ none close 1.0"},
    {"POST / HTTP/1.0\r\nContent-Length: 5\r\n\r\nhello", "POST origin / @ 5 close 1.0"},
    {"POST / HTTP/1.0\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n", "POST origin / @ 5 close 1.0"},
    {"GET / HTTP/1.0\r\nExpect: anything\r\n\r\n", "GET origin / @ none close 1.0"},
    {"GET / HTTP/1.0\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n", "GET origin / @ none close 1.0"},
    // Framing.
    {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", "POST origin / @a chunked keep"},
    {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: CHUNKED\r\n\r\n", "POST origin / @a chunked keep"},
    {"GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", "GET origin / @a chunked keep"},
    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0007\r\n\r\n", "POST origin / @a 7 keep"},
    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9223372036854775807\r\n\r\n",
     "POST origin / @a 9223372036854775807 keep"},
    {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n",
     "POST origin / @a chunked keep"},
    // Expectations.
    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n",
     "POST origin / @a 5 keep expect"},
    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-Continue\r\n\r\n",
     "POST origin / @a 5 keep expect"},
    {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n",
     "POST origin / @a chunked keep expect"},
    {"GET / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n", "GET origin / @a none keep"},
    // Connection and Upgrade.
    {"GET / HTTP/1.1\r\nHost: a\r\nConnection: x, Close ,y\r\n\r\n", "GET origin / @a none close"},
    {"GET / HTTP/1.1\r\nHost: a\r\nConnection: x\r\nConnection: close\r\n\r\n", "GET origin / @a none close"},
    {"GET / HTTP/1.1\r\nHost: a\r\nConnection: closed\r\n\r\n", "GET origin / @a none keep"},
    {"GET / HTTP/1.1\r\nHost: a\r\nConnection:\r\n\r\n", "GET origin / @a none keep"},
    {"GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
     "GET origin / @a none keep upgrade"},
    {"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n", "GET origin / @a none keep"},
    {"GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\n\r\n", "GET origin / @a none keep"},
    {"GET / HTTP/1.1\r\nHost: a\r\nProxy-Connection: close\r\n\r\n", "GET origin / @a none keep"},
    {"GET / HTTP/1.1\r\nHost: a\r\nProxy-Connection: keep-alive\r\nConnection: close\r\n\r\n",
     "GET origin / @a none close"},
    // Hosts.
    {"GET / HTTP/1.1\r\nHost: example.test:8080\r\n\r\n", "GET origin / @example.test:8080 none keep"},
    {"GET / HTTP/1.1\r\nHost: a:\r\n\r\n", "GET origin / @a: none keep"},
    {"GET / HTTP/1.1\r\nHost: 127.0.0.1:65535\r\n\r\n", "GET origin / @127.0.0.1:65535 none keep"},
    {"GET / HTTP/1.1\r\nHost: [::ffff:1.2.3.4]\r\n\r\n", "GET origin / @[::ffff:1.2.3.4] none keep"},
    {"GET / HTTP/1.1\r\nHost: a_b.test\r\n\r\n", "GET origin / @a_b.test none keep"},
    {"GET / HTTP/1.1\r\nHost: b%C3%BCcher.test\r\n\r\n", "GET origin / @b%C3%BCcher.test none keep"},
    {"GET / HTTP/1.1\r\nHost:\ta\t \r\n\r\n", "GET origin / @a none keep"},
    {"GET / HTTP/1.1\r\nHost:a\r\n\r\n", "GET origin / @a none keep"},
    {"GET / HTTP/1.1\r\nHost: a-label-that-is-longer-than-one-vector-of-bytes.test\r\n\r\n",
     "GET origin / @a-label-that-is-longer-than-one-vector-of-bytes.test none keep"},
};

std::string read_at_once(std::string_view received) {
  std::string text(received);
  candela::arena memory;
  std::vector<header_field> storage(100);
  request_head head;
  head.headers = headers(storage, memory);
  head_error error;
  const head_outcome outcome = parse_head(text.data(), text.data() + text.size(), {}, head, error);
  if (outcome == head_outcome::refused) return std::string(error.code);
  return outcome == head_outcome::complete ? describe(head) : "incomplete";
}

std::size_t head_size(std::string_view text) { return text.find("\r\n\r\n") + 4; }

}  // namespace

TEST_CASE("a valid head is read for what it says") {
  for (const accepted& row : rows) {
    CAPTURE(row.text);
    CHECK(read_at_once(row.text) == row.expected);
  }
}

TEST_CASE("a valid head that comes in two parts is incomplete until its last byte") {
  for (const accepted& row : rows) {
    CAPTURE(row.text);
    const std::string text(row.text);
    for (std::size_t size = 0; size != head_size(text); ++size) {
      const parsed_head part = parsed_head::by(parse_head, text.substr(0, size), {});
      CHECK_MESSAGE(part.outcome == head_outcome::incomplete, size, " bytes: ", part.summary);
      CHECK(part.bytes == text.substr(0, size));
    }
  }
}

TEST_CASE("what follows a head stays out of it") {
  for (const accepted& row : rows) {
    CAPTURE(row.text);
    const std::string head(row.text.substr(0, head_size(row.text)));
    const parsed_head alone = parsed_head::by(parse_head, head, {});
    const parsed_head followed = parsed_head::by(parse_head, head + "\nBAD\0\r\n head" + head, {});
    CHECK(followed.summary == alone.summary);
  }
}

TEST_CASE("names without a token are turned to lower case in place, values stay") {
  const std::string text = "GET / HTTP/1.1\r\nHost: A\r\nX-Custom-Name_9: Value\r\nDNT: 1\r\nX!Y: Z\r\n\r\n";
  const parsed_head head = parsed_head::by(parse_head, text, {});
  REQUIRE(head.outcome == head_outcome::complete);
  CHECK(head.bytes == "GET / HTTP/1.1\r\nHost: A\r\nx-custom-name_9: Value\r\ndnt: 1\r\nx!y: Z\r\n\r\n");
}

TEST_CASE("values lose the whitespace around them and keep what is within") {
  std::string text = "GET / HTTP/1.1\r\nHost: a\r\nAccept: \t a \t b\t \r\nX-Empty: \r\nX-Raw:\xc3\xa4\r\n\r\n";
  candela::arena memory;
  std::vector<header_field> storage(100);
  request_head head;
  head.headers = headers(storage, memory);
  head_error error;
  REQUIRE(parse_head(text.data(), text.data() + text.size(), {}, head, error) == head_outcome::complete);
  CHECK(head.headers.get(header::accept) == "a \t b");
  CHECK(head.headers.get("X-Empty").empty());
  CHECK(head.headers.get("x-empty").data() != nullptr);
  CHECK(head.headers.get("x-raw") == "\xc3\xa4");
  CHECK(head.headers.get("x-none").data() == nullptr);
}
