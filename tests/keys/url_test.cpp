#include <doctest/doctest.h>
#include <candela/keys/url.hpp>

using candela::keys::url;

TEST_CASE("a URL is taken apart") {
  const auto plain = url::parse("https://id.example.org/keys?v=2");
  REQUIRE(plain);
  CHECK(plain->secure);
  CHECK(plain->host == "id.example.org");
  CHECK(plain->port == 443);
  CHECK(plain->target == "/keys?v=2");
  const auto numbered = url::parse("http://[::1]:8080");
  REQUIRE(numbered);
  CHECK(!numbered->secure);
  CHECK(numbered->host == "::1");
  CHECK(numbered->port == 8080);
  CHECK(numbered->authority == "[::1]:8080");
  CHECK(numbered->target == "/");
  CHECK(url::parse("https://a?x=1")->target == "/?x=1");
}

TEST_CASE("URLs that could mean something else are refused") {
  for (const char* text : {"",
                           "id.example.org",
                           "ftp://a/",
                           "file:///etc/passwd",
                           "https://",
                           "https:///x",
                           "https://user@a/",
                           "https://user:secret@a/",
                           "https://a/#x",
                           "https://a b/",
                           "https://a/\r\nX: y",
                           "https://a:0/",
                           "https://a:/",
                           "https://a:65536/",
                           "https://a:80x/",
                           "https://[::1/",
                           "https://[a]/",
                           "https://[::1]x/",
                           "https://a\\b/",
                           "https://\xc3\xa4/",
                           "HTTPS://a/",
                           "https://a:1:2/",
                           "https://*/"}) {
    CAPTURE(text);
    CHECK(!url::parse(text));
  }
}

TEST_CASE("this machine is told from others") {
  for (const char* text : {"http://127.0.0.1/", "http://127.9.9.9/", "http://[::1]/", "http://localhost:1/"})
    CHECK(url::parse(text)->is_loopback());
  for (const char* text : {"http://10.0.0.1/", "http://localhost.example.org/", "http://128.0.0.1/"})
    CHECK(!url::parse(text)->is_loopback());
}
