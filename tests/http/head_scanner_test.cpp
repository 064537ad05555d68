// The scanner against the strict reader and llhttp, over heads made from a seed: what it accepts they accept, equally.
#include <doctest/doctest.h>

#include <candela/http/detail/head_scanner.hpp>
#include <random>
#include <span>
#include <tests/http/head_comparison.hpp>

namespace {

using namespace candela::http;
using namespace std::string_view_literals;
using testing::parsed_head;

using scanner = decltype(detail::scan_plain_head);

constexpr std::string_view methods[] = {"GET",    "GET",   "GET",     "POST",  "PUT",  "HEAD",
                                        "DELETE", "PATCH", "OPTIONS", "TRACE", "GETS", "get"};
constexpr std::string_view paths[] = {"/",
                                      "/plaintext",
                                      "/a/b?c=d",
                                      "/a%20b",
                                      "/%00",
                                      "/%4",
                                      "/a?%",
                                      "//",
                                      "*",
                                      "http://a/",
                                      "/a-rather-long-path/that-does-not-fit/into-one-vector?and=a&longer=query",
                                      "/~",
                                      "/\"",
                                      "/#",
                                      "/{",
                                      "/'",
                                      "/]",
                                      "/?"};
constexpr std::string_view versions[] = {"HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/2.0"};
constexpr std::string_view names[] = {"Accept",
                                      "ACCEPT-LANGUAGE",
                                      "user-agent",
                                      "X-Request-Id",
                                      "x",
                                      "DNT",
                                      "Connection",
                                      "Content-Length",
                                      "Transfer-Encoding",
                                      "Expect",
                                      "Upgrade",
                                      "Trailer",
                                      "TE",
                                      "Cookie",
                                      "Proxy-Connection",
                                      "Access-Control-Allow-Credentials",
                                      "X_y!",
                                      "Host",
                                      "Keep-Alive",
                                      "A-Name-That-Is-Longer-Than-Any-Known-One",
                                      "etag",
                                      "Hos",
                                      "Hosts",
                                      "Accept ",
                                      ""};
constexpr std::string_view values[] = {"a",
                                       "",
                                       "keep-alive",
                                       "close",
                                       "Close",
                                       "keep-alive, close",
                                       "12",
                                       "0",
                                       "1x",
                                       "chunked",
                                       "100-continue",
                                       " padded ",
                                       "\ttab\t",
                                       "in\tside",
                                       "\xc3\xa4",
                                       "\x01",
                                       "\x7f",
                                       "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)",
                                       "exactly-thirty-two-bytes-of-text"};
constexpr std::string_view hosts[] = {"a",
                                      "127.0.0.1:8080",
                                      "localhost",
                                      "[::1]:80",
                                      "a:",
                                      ":1",
                                      "a:123456",
                                      "a_b",
                                      "a b",
                                      "",
                                      "a-host-name-of-thirty-one-bytes",
                                      "a-host-name-of-more-than-thirty-two-bytes.test:80",
                                      "1234-a-name-of-thirty-two-bytes-:xyz",
                                      "a,b",
                                      "u@a"};

class head_maker {
 public:
  explicit head_maker(std::uint32_t seed) : random_(seed) {}

  std::string make() {
    std::string head;
    head.append(pick(methods)).append(" ").append(pick(paths)).append(" ").append(pick(versions)).append("\r\n");
    const std::size_t fields = below(7);
    const std::size_t host = below(fields + 1);
    for (std::size_t i = 0; i <= fields; ++i) {
      if (i == host) head.append("Host: ").append(hosts[below(2) == 0 ? 0 : below(std::size(hosts))]).append("\r\n");
      if (i != fields) add_field(head);
    }
    head += "\r\n";
    // Half of them lose their shape: a byte changed, removed or doubled.
    if (below(2) == 0) mutate(head);
    return head;
  }

  std::size_t below(std::size_t bound) { return random_() % bound; }

 private:
  template <std::size_t Size>
  std::string_view pick(const std::string_view (&from)[Size]) {
    return from[below(Size)];
  }

  // Most fields are harmless ones, or hardly a head would be of the plain kind.
  void add_field(std::string& head) {
    const bool harmless = below(4) != 0;
    head.append(harmless ? names[below(6)] : pick(names)).append(below(8) == 0 ? ":" : ": ");
    head.append(harmless && below(4) != 0 ? values[0] : pick(values)).append("\r\n");
  }

  void mutate(std::string& head) {
    constexpr std::string_view bytes = "\r\n\t :\0\x7f\x80\xff#%?/aZ-"sv;
    const std::size_t at = below(head.size());
    switch (below(3)) {
      case 0: head[at] = below(2) == 0 ? bytes[below(bytes.size())] : static_cast<char>(below(256)); break;
      case 1: head.erase(at, 1 + below(3)); break;
      default: head.insert(at, 1, bytes[below(bytes.size())]); break;
    }
  }

  std::mt19937 random_;
};

std::size_t accepted_equally(scanner scan, std::uint32_t seed, std::size_t heads, const head_limits& limits) {
  head_maker maker(seed);
  std::size_t accepted = 0;
  for (std::size_t i = 0; i != heads; ++i) {
    const std::string text = maker.make() + std::string(maker.below(40), 'G');
    const parsed_head scanned = parsed_head::by_scanner(scan, text, limits);
    if (scanned.outcome != head_outcome::complete) {
      CHECK(scanned.bytes == text);
      continue;
    }
    ++accepted;
    CAPTURE(text);
    CHECK(scanned == parsed_head::by(detail::parse_head_strictly, text, limits));
  }
  return accepted;
}

}  // namespace

TEST_CASE("what the SSE2 scanner accepts, the strict reader and llhttp accept with an equal result") {
  CHECK(accepted_equally(detail::scan_plain_head_sse2, 20240229, 40000, {}) > 3000);
}

TEST_CASE("what the AVX2 scanner accepts, the strict reader and llhttp accept with an equal result") {
  if (!detail::avx2_available()) return;
  CHECK(accepted_equally(detail::scan_plain_head_avx2, 20240301, 40000, {}) > 3000);
}

TEST_CASE("the scanner keeps the limits") {
  const head_limits limits{.max_head_bytes = 100, .max_target_bytes = 10, .max_headers = 3};
  CHECK(accepted_equally(detail::scan_plain_head_sse2, 7, 40000, limits) > 400);
}

TEST_CASE("both scanners accept the same heads") {
  if (!detail::avx2_available()) return;
  head_maker maker(42);
  for (int i = 0; i != 20000; ++i) {
    const std::string text = maker.make();
    CAPTURE(text);
    CHECK(parsed_head::by_scanner(detail::scan_plain_head_sse2, text, {}) ==
          parsed_head::by_scanner(detail::scan_plain_head_avx2, text, {}));
  }
}

TEST_CASE("the heads of daily use are the scanner's") {
  const std::string_view heads[] = {
      "GET /plaintext HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: localhost:8080\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\n\r\n",
      "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 17\r\nConnection: "
      "keep-alive\r\n\r\n",
      "GET /a%20b?c=%d HTTP/1.1\r\nHost: [::1]:80\r\nX-Request-Id: 5\r\nSec-Fetch-Mode: cors\r\nConnection: "
      "close\r\n\r\n"};
  for (const std::string_view head : heads) {
    CAPTURE(head);
    CHECK(parsed_head::by_scanner(detail::scan_plain_head, std::string(head), {}).outcome == head_outcome::complete);
  }
}
