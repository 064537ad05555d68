#include <candela/middleware/security_headers.hpp>

#include <doctest/doctest.h>

#include "tests/middleware/stage_fixture.hpp"

using namespace candela;
using namespace candela::testing;
using middleware::security_headers;

namespace {

std::string answer_with(const std::string& options, handler answer) {
  stage_fixture server;
  server.stage<security_headers>(options);
  server.get("/", std::move(answer));
  server.serve();
  return server.ask(get_request("/"));
}

std::size_t count_of(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

}  // namespace

TEST_CASE("an answer has the fields that an API wants") {
  const std::string answer = answer_with("", hello);
  CHECK(field_of(answer, "X-Content-Type-Options") == "nosniff");
  CHECK(field_of(answer, "X-Frame-Options") == "DENY");
  CHECK(field_of(answer, "Referrer-Policy") == "no-referrer");
  CHECK(field_of(answer, "Content-Security-Policy") == "default-src 'none'; frame-ancestors 'none'");
  CHECK(field_of(answer, "Cross-Origin-Opener-Policy") == "same-origin");
  CHECK(field_of(answer, "Cross-Origin-Resource-Policy") == "same-origin");
  CHECK(body_of(answer) == "hello");
}

TEST_CASE("an insecure connection promises nothing about secure ones") {
  CHECK(field_of(answer_with("", hello), "Strict-Transport-Security") == "none");
}

TEST_CASE("fields can be changed, left out and added") {
  const std::string answer = answer_with(
      "fields: {x-frame-options: SAMEORIGIN, Referrer-Policy: '', Permissions-Policy: geolocation=(), X-Own: yes sir}",
      hello);
  CHECK(field_of(answer, "X-Frame-Options") == "SAMEORIGIN");
  CHECK(field_of(answer, "Referrer-Policy") == "none");
  CHECK(field_of(answer, "Permissions-Policy") == "geolocation=()");
  CHECK(field_of(answer, "x-own") == "yes sir");
  CHECK(count_of(answer, "nosniff") == 1);
}

TEST_CASE("a field that a handler has set stays, and the others come along") {
  const std::string answer = answer_with(
      "", [](exchange& x) { x.response().header(http::header::content_security_policy, "default-src 'self'"); });
  CHECK(field_of(answer, "Content-Security-Policy") == "default-src 'self'");
  CHECK(count_of(answer, "Content-Security-Policy") == 1);
  CHECK(field_of(answer, "X-Frame-Options") == "DENY");
  CHECK(field_of(answer, "Strict-Transport-Security") == "none");
}

TEST_CASE("an added field without a token gives way to the handler's, too") {
  const std::string answer =
      answer_with("fields: {X-Own: ours}", [](exchange& x) { x.response().header("X-Own", "theirs"); });
  CHECK(field_of(answer, "x-own") == "theirs");
  CHECK(count_of(answer, "x-own") == 1);
}

TEST_CASE("problems have the fields, too") {
  const std::string answer = answer_with("", [](exchange&) { throw problem::forbidden(); });
  CHECK(status_of(answer) == "HTTP/1.1 403 Forbidden");
  CHECK(field_of(answer, "X-Content-Type-Options") == "nosniff");
}

TEST_CASE("a wrong field is refused at its place") {
  CHECK(refusal_of<security_headers>("fields: {'a b': c}").find("'a b' is not the name of a header field") !=
        std::string::npos);
  CHECK(refusal_of<security_headers>("fields: {Content-Length: 5}").find("service.yml:1:26: fields.Content-Length") ==
        0);
  CHECK(refusal_of<security_headers>("fields: {X-A: \"a\\nb\"}").find("no control characters") != std::string::npos);
  CHECK(refusal_of<security_headers>("field: {}").find("field") != std::string::npos);
}
