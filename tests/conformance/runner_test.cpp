// The runner must see what is wrong with a server: it is run against servers that are wrong.
#include "tests/conformance/runner.hpp"

#include <doctest/doctest.h>

#include "tests/conformance/case_reader.hpp"
#include "tests/conformance/scripted_server.hpp"

using namespace candela::conformance;

namespace {

const std::string head = "Server: s\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n";
const std::string body = "Content-Length: 5\r\n\r\nhello";

// What the runner says about a server that answers with `bytes` a request that should get `expectation`.
std::string verdict_on(const std::string& bytes, bool then_close, const std::string& expectation) {
  scripted_server server(bytes, then_close);
  server_under_test against(server.port());
  const auto cases = read_cases("== A case\nrfc 9112\nwhole\n> GET / HTTP/1.1\n>\n" + expectation, "test");
  return run(cases.at(0), against);
}

bool finds(const std::string& verdict, std::string_view complaint) {
  const bool found = verdict.find(complaint) != std::string::npos;
  if (!found) MESSAGE("the verdict was: " << verdict);
  return found;
}

}  // namespace

TEST_CASE("a server that does what is expected is not blamed") {
  CHECK(verdict_on("HTTP/1.1 200 OK\r\n" + head + body, false, "< 200\n< body hello\nopen\n").empty());
  CHECK(verdict_on("HTTP/1.1 200 OK\r\nConnection: close\r\n" + head + body, true, "< 200\nclosed\n").empty());
}

TEST_CASE("a wrong status, field or body is found") {
  const std::string good = "HTTP/1.1 200 OK\r\n" + head + body;
  CHECK(finds(verdict_on(good, false, "< 400\nclosed\n"), "the status is 200 instead of 400"));
  CHECK(finds(verdict_on(good, false, "< 200\n< body other\nopen\n"), "the body is \"hello\""));
  CHECK(finds(verdict_on(good, false, "< 200\n< has X-A\nopen\n"), "X-A is not there once"));
  CHECK(finds(verdict_on(good, false, "< 200\n< lacks Date\nopen\n"), "Date is there"));
  CHECK(finds(verdict_on(good, false, "< 200\n< header Server: t\nopen\n"), "Server is \"s\""));
  CHECK(finds(verdict_on(good, false, "< 200\n< body-end chunked\nopen\n"), "told in another way"));
}

TEST_CASE("a second answer, a connection that stays and one that goes are found") {
  const std::string good = "HTTP/1.1 200 OK\r\n" + head + body;
  const std::string last = "HTTP/1.1 200 OK\r\nConnection: close\r\n" + head + body;
  CHECK(finds(verdict_on(last + good, true, "< 200\nclosed\n"), "more was answered"));
  CHECK(finds(verdict_on(good + last, true, "< 200\nopen\n"), "Connection: close"));
  CHECK(finds(verdict_on(good, true, "< 200\nclosed\n"), "closed without Connection: close"));
  CHECK(finds(verdict_on(good, true, "< 200\nopen\n"), "the connection"));
  CHECK(finds(verdict_on(last, false, "< 200\nopen\n"), "Connection: close on a connection that is to stay"));
}

TEST_CASE("a response that breaks the rules of its framing is found") {
  const auto blamed = [](const std::string& bytes) { return !verdict_on(bytes, true, "< 200\nclosed\n").empty(); };
  CHECK(blamed("HTTP/1.1 200 OK\n" + head + body));
  CHECK(blamed("HTTP/1.0 200 OK\r\nConnection: close\r\n" + head + body));
  CHECK(blamed("HTTP/1.1 200 OK\r\nConnection: close\r\n" + head + "Content-Length: 5\r\n" + body));
  CHECK(blamed("HTTP/1.1 200 OK\r\nConnection: close\r\n" + head + "Transfer-Encoding: chunked\r\n" + body));
  CHECK(blamed("HTTP/1.1 200 OK\r\nConnection: close\r\n" + head + "Content-Length: 6\r\n\r\nhello"));
  CHECK(blamed("HTTP/1.1 200 OK\r\nConnection: close\r\n" + head + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"));
  CHECK(blamed("HTTP/1.1 200 OK\r\nConnection: close\r\nServer: s\r\nDate: today\r\n" + body));
  CHECK(blamed("HTTP/1.1 200 OK\r\nConnection: close\r\nServer: s\r\n" + body));
}

TEST_CASE("an error without a problem document is found") {
  CHECK(finds(verdict_on("HTTP/1.1 404 Not Found\r\n" + head + body, false, "< 404\nopen\n"), "problem document"));
}

TEST_CASE("what is sent is cut where it should be") {
  const auto cases = read_cases("== A\nrfc 1\n> 0123456789\nclosed\n== B\nrfc 1\nwhole\n> 0123\nclosed\n", "test");
  const auto all = deliveries_of(cases.at(0));
  REQUIRE(all.size() == 13);
  CHECK(all.front().piece_end(0, 12) == 12);
  CHECK(all[3].piece_end(0, 12) == 3);
  CHECK(all[3].piece_end(3, 12) == 12);
  CHECK(all.back().piece_end(7, 12) == 8);
  CHECK(deliveries_of(cases.at(1)).size() == 1);
}
