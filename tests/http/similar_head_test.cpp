// Heads that resemble the one before: taken only as the strict reader and llhttp take them, and refused a shortcut when
// anything differs that says how a head is read.
#include <doctest/doctest.h>

#include <candela/http/detail/remembered_head.hpp>
#include <random>
#include <span>
#include <tests/http/known_head.hpp>
#include <vector>

namespace {

using namespace candela::http;
using testing::known_head;

const std::string usual =
    "GET /plaintext/1 HTTP/1.1\r\nHost: localhost\r\nUser-Agent: load/1.0\r\nAccept: */*\r\nAccept-Language: en\r\n"
    "Connection: keep-alive\r\nX-Request: 0001\r\nReferer: \r\nDNT: 1\r\n\r\n";

std::vector<known_head::reader*> readers() {
  std::vector<known_head::reader*> all{detail::read_similar_head};
#if defined(__x86_64__)
  all.push_back(detail::read_similar_head_sse2);
  if (detail::avx2_available()) all.push_back(detail::read_similar_head_avx2);
#endif
  return all;
}

std::string with(std::string_view part, std::string_view other, std::string text = usual) {
  const std::size_t at = text.find(part);
  REQUIRE(at != std::string::npos);
  return text.replace(at, part.size(), other);
}

// By every reader; they must be of one mind.
bool taken(const std::string& text, const head_limits& limits = {}, const std::string& before = usual) {
  int count = 0;
  const auto all = readers();
  for (known_head::reader* read : all) {
    known_head known(before, read);
    REQUIRE(known.usable());
    count += known.takes(text, limits) ? 1 : 0;
    CHECK(known.agrees());
  }
#if defined(__x86_64__)
  CHECK((count == 0 || count == static_cast<int>(all.size())));
  return count != 0;
#else
  return count == 0;
#endif
}

}  // namespace

#if defined(__x86_64__)

TEST_CASE("another target and other values of fields that do not matter resemble what is known") {
  CHECK(taken(usual));
  CHECK(taken(with("/plaintext/1", "/")));
  CHECK(taken(with("/plaintext/1", "/a%20b/c?d=%e?&e")));
  CHECK(taken(with("/plaintext/1", "/a-target-that/is-longer-than-one-block/of-a-vector?and=a&query=behind-it")));
  CHECK(taken(with("0001", "0002")));
  CHECK(taken(with("0001", "1")));
  CHECK(taken(with("0001", "a value that is a good deal longer than the one before it")));
  CHECK(taken(with("DNT: 1", "DNT: 10")));
  CHECK(taken(with("load/1.0", "load/2.0", with("0001", "7", with("/1 ", "/2 ")))));
  CHECK(taken(usual + usual));
  CHECK(taken(usual + "GET"));
}

TEST_CASE("what says how a head is read must stay as it is") {
  CHECK_FALSE(taken(with("localhost", "example.org")));
  CHECK_FALSE(taken(with("keep-alive", "close")));
  CHECK_FALSE(taken(with("keep-alive", "upgrade")));
  CHECK_FALSE(taken(with("GET ", "PUT ")));
  CHECK_FALSE(taken(with("GET ", "POST ")));
  CHECK_FALSE(taken(with("HTTP/1.1", "HTTP/1.0")));
  CHECK_FALSE(taken(with("Accept: ", "accept: ")));
  CHECK_FALSE(taken(with("Accept: ", "Accept : ")));
  CHECK_FALSE(taken(with("X-Request", "Content-Length")));
  CHECK_FALSE(taken(with("DNT: 1\r\n", "")));
  CHECK_FALSE(taken(with("DNT: 1\r\n", "DNT: 1\r\nExpect: 100-continue\r\n")));
  CHECK_FALSE(taken(with("DNT: 1\r\n", "DNT: 1\r\nHost: localhost\r\n")));
}

TEST_CASE("a changed value is judged as any other") {
  CHECK_FALSE(taken(with("0001", "")));
  CHECK_FALSE(taken(with("0001", " 2")));
  CHECK_FALSE(taken(with("0001", "2 ")));
  CHECK_FALSE(taken(with("0001", std::string("00\0"
                                             "1",
                                             4))));
  CHECK_FALSE(taken(with("0001", "00\r1")));
  CHECK_FALSE(taken(with("0001", "00\n1")));
  CHECK_FALSE(taken(with("0001\r\n", "0001\n")));
  CHECK_FALSE(taken(with("0001", "00\r\n 1")));
  CHECK_FALSE(taken(with("0001", "00\x7f")));
  CHECK_FALSE(taken(with("/plaintext/1", "/%00")));
  CHECK_FALSE(taken(with("/plaintext/1", "/%4")));
  CHECK_FALSE(taken(with("/plaintext/1", "/a\"b")));
  CHECK_FALSE(taken(with("/plaintext/1", "*")));
  CHECK_FALSE(taken(with("/plaintext/1", "http://localhost/")));
}

TEST_CASE("a value with odd space around it stays, as does what llhttp takes for a Connection field") {
  for (const std::string_view odd : {"Accept: */* ", "Accept:  */*", "Accept:*/*", "Accept:\t*/*", "Accept: */*\t"}) {
    const std::string before = with("Accept: */*", odd);
    CHECK(taken(with("0001", "2", before), {}, before));
    CHECK_FALSE(taken(with("*/*", "q", before), {}, before));
    CHECK_FALSE(taken(with("Accept: */*", "Accept: q"), {}, before));
    CHECK_FALSE(taken(usual, {}, before));
  }
  const std::string proxied = with("Accept: */*", "Proxy-Connection: x");
  CHECK(taken(proxied, {}, proxied));
  CHECK_FALSE(taken(with("Connection: x", "Connection: y", proxied), {}, proxied));
}

TEST_CASE("limits hold for what resembles a known head") {
  CHECK(taken(with("/plaintext/1", "/12345678"), {.max_target_bytes = 9}));
  CHECK_FALSE(taken(with("/plaintext/1", "/123456789"), {.max_target_bytes = 9}));
  const std::string longer = with("0001", "00001");
  CHECK(taken(longer, {.max_head_bytes = longer.size()}));
  CHECK_FALSE(taken(longer, {.max_head_bytes = longer.size() - 1}));
}

TEST_CASE("a part of a head that resembles the known one is not taken for it") {
  const std::string text = with("0001", "2", with("/1 ", "/22 "));
  for (std::size_t size = 0; size != text.size(); ++size) {
    CAPTURE(size);
    CHECK_FALSE(taken(text.substr(0, size)));
  }
}

TEST_CASE("a changed value is back when the next head has it again") {
  for (known_head::reader* read : readers()) {
    known_head known(usual, read);
    for (const std::string& next :
         {with("0001", "2"), usual, with("load/1.0", "other"), with("DNT: 1", "DNT: 0"), usual})
      CHECK(known.takes(next, {}));
    CHECK(known.agrees());
  }
}

TEST_CASE("what may be secret is not read when another head is compared with it, and taken as it comes") {
  const std::string secret =
      with("Accept: */*", "Authorization: Bearer one-token-of-a-length\r\nCookie: session=0123456789");
  for (known_head::reader* read : readers()) {
    known_head known(secret, read);
    REQUIRE(known.usable());
    known.hide_secrets();
    for (const std::string& next :
         {secret, with("one-token", "two-token", secret), with("of-a-length", "of-another-length", secret),
          with("Bearer one", "Basic o", secret), with("session=0", "session=1", secret), with("/1 ", "/2 ", secret),
          with("load/1.0", "load/2", with("0001", "0002", with("one", "an", secret))), secret}) {
      CAPTURE(next);
      CHECK(known.takes(next, {}));
    }
    CHECK(known.agrees());
  }
  CHECK_FALSE(taken(with("one-token-of-a-length", "", secret), {}, secret));
  CHECK_FALSE(taken(with("one-token", "one\ntoken", secret), {}, secret));
  CHECK_FALSE(taken(with("Cookie: ", "Cookie:  ", secret), {}, secret));
  const std::string empty = with("Cookie: session=0123456789", "X-Empty: ", secret);
  CHECK(taken(with("/1 ", "/2 ", empty), {}, empty));
  CHECK_FALSE(taken(with("X-Empty: ", "X-Empty: a", empty), {}, empty));
  const known_head odd(with("Authorization: ", "Authorization:", secret), detail::read_similar_head);
  CHECK_FALSE(odd.usable());
  const known_head foreign(with("session=0", "session=\xc3\xb6", secret), detail::read_similar_head);
  CHECK_FALSE(foreign.usable());
}

#endif

TEST_CASE("heads that were edited at random are never read in another way than alone") {
  constexpr std::string_view pieces[] = {"\r\n",  "\r",   "\n",   " ",       ":",        "0",   "a: b", "Host: a\r\n",
                                         "\t",    "\x80", "/",    "?",       "%20",      "%",   "X",    ",",
                                         "close", "1.0",  "GET ", "chunked", "\r\n\r\n", "; =", "\x7f", "HTTP/1.1"};
  std::mt19937 random(20251122);
  const auto below = [&](std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
  };
  std::size_t took = 0;
  const std::string bases[] = {usual,
                               with("Accept: */*", "Accept: */* "),
                               with("Accept: ", "Accept:\t"),
                               with("Accept: ", "Accept:"),
                               with("DNT: 1", "Accept: 1"),
                               with("Accept: */*", "Authorization: Bearer a.b.c\r\nCookie: a=b; c=d")};
  const auto edit = [&](const std::string& base, known_head::reader* read) {
    known_head known(base, read);
    for (int round = 0; round != 6'000; ++round) {
      std::string text = base;
      for (std::size_t edits = below(4); edits != 0; --edits) {
        const std::string_view piece = pieces[below(std::size(pieces))];
        const std::size_t at = below(text.size());
        text.replace(at, below(piece.size() + 2), piece);
      }
      took += known.takes(text, {}) ? 1 : 0;
      CAPTURE(text);
      REQUIRE(known.agrees());
    }
  };
  for (known_head::reader* read : readers()) {
    for (const std::string& base : bases) edit(base, read);
  }
#if defined(__x86_64__)
  CHECK(took > 10'000);
#else
  CHECK(took == 0);
#endif
}

TEST_CASE("what was adapted is not taken for the head that was learned") {
  detail::remembered_head remembered;
  REQUIRE(remembered.learn(usual.data(), usual.data() + usual.size(), {}));
  CHECK(remembered.matches(usual.data(), usual.data() + usual.size()));
  const std::string other = with("0001", "0002");
  CHECK_FALSE(remembered.matches(other.data(), other.data() + other.size()));
#if defined(__x86_64__)
  REQUIRE(remembered.adapts(other.data(), other.data() + other.size(), {}));
  CHECK(remembered.head().headers.get("x-request") == "0002");
  CHECK_FALSE(remembered.matches(usual.data(), usual.data() + usual.size()));
  REQUIRE(remembered.adapts(usual.data(), usual.data() + usual.size(), {}));
  CHECK(remembered.head().headers.get("x-request") == "0001");
#endif
  const std::string refused = with("Accept: ", "Accept : ");
  CHECK_FALSE(remembered.adapts(refused.data(), refused.data() + refused.size(), {}));
  CHECK_FALSE(remembered.adapts(usual.data(), usual.data() + usual.size(), {}));
  CHECK_FALSE(remembered.matches(usual.data(), usual.data() + usual.size()));
}

#if defined(__x86_64__)
TEST_CASE("from time to time a head that resembles the one before is learned, so that equal ones are known again") {
  detail::remembered_head remembered;
  const std::string other = with("0001", "0002");
  REQUIRE(remembered.learn(usual.data(), usual.data() + usual.size(), {}));
  int adapted = 0;
  while (remembered.adapts(other.data(), other.data() + other.size(), {})) ++adapted;
  CHECK(adapted == 127);
  REQUIRE(remembered.learn(other.data(), other.data() + other.size(), {}));
  CHECK(remembered.matches(other.data(), other.data() + other.size()));
  CHECK(remembered.adapts(usual.data(), usual.data() + usual.size(), {}));
}
#endif

TEST_CASE("heads have the same number only when every byte is the same, whether they may hold secrets or not") {
  for (const std::string& text : {with("X-Request: 0001\r\n", "Accept: text/plain\r\n", with("DNT: 1\r\n", "")),
                                  with("DNT: 1", "Authorization: Bearer " + std::string(700, 'a'))}) {
    detail::remembered_head remembered;
    detail::remembered_head elsewhere;
    CHECK(remembered.head().number == 0);
    REQUIRE(remembered.learn(text.data(), text.data() + text.size(), {}));
    REQUIRE(elsewhere.learn(text.data(), text.data() + text.size(), {}));
    const std::uint64_t number = remembered.head().number;
    CHECK(number != 0);
    CHECK(elsewhere.head().number != number);
    CHECK(remembered.matches(text.data(), text.data() + text.size()));
    CHECK(remembered.head().number == number);
    for (std::size_t at = 0; at != text.size(); ++at) {
      std::string other = text;
      other[at] ^= 1;
      CAPTURE(at);
      REQUIRE_FALSE(remembered.matches(other.data(), other.data() + other.size()));
      REQUIRE_FALSE(remembered.matches(text.data(), text.data() + at));
    }
    const std::string other = with("/1 ", "/2 ", text);
    if (remembered.adapts(other.data(), other.data() + other.size(), {})) CHECK(remembered.head().number == 0);
    REQUIRE(remembered.learn(text.data(), text.data() + text.size(), {}));
    CHECK(remembered.head().number > number);
  }
}

TEST_CASE("heads are remembered up to a bound, smaller ones behind larger ones too") {
  detail::remembered_head remembered;
  const std::size_t longest = detail::head_pattern::max_bytes - usual.size() + 4;
  for (const std::size_t size : {longest, longest + 1, std::size_t{1}, longest - 100, std::size_t{64}}) {
    const std::string text = with("0001", std::string(size, 'x'));
    CAPTURE(size);
    const bool fits = text.size() <= detail::head_pattern::max_bytes;
    CHECK(fits == (size <= longest));
    CHECK(remembered.learn(text.data(), text.data() + text.size(), {}) == fits);
    CHECK(remembered.matches(text.data(), text.data() + text.size()) == fits);
    if (fits) CHECK(remembered.head().headers.get("x-request") == std::string(size, 'x'));
  }
}

TEST_CASE("a head with a body, or that ends the connection, is not remembered") {
  detail::remembered_head remembered;
  for (const std::string& text : {with("X-Request: 0001", "Content-Length: 1"), with("keep-alive", "close"),
                                  std::string("GET / HTTP/1.1\r\n\r\n"), with("0001", std::string(2048, 'x'))}) {
    CHECK_FALSE(remembered.learn(text.data(), text.data() + text.size(), {}));
    CHECK_FALSE(remembered.matches(text.data(), text.data() + text.size()));
    CHECK_FALSE(remembered.adapts(text.data(), text.data() + text.size(), {}));
  }
}
