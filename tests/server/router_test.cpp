// Which route a path finds: literals, parameters, rests, which of them goes first, and what a pattern may not be.
#include <doctest/doctest.h>

#include <initializer_list>
#include <random>
#include <span>
#include <tests/server/fixture.hpp>
#include <tests/server/naive_router.hpp>

using namespace candela;
using namespace candela::testing;

namespace {

struct lookup {
  std::string_view path;
  std::string_view found;  // "PATTERN (parameter)(parameter)"
};

void check(std::initializer_list<std::string_view> patterns, std::initializer_list<lookup> lookups) {
  router routes;
  naive_router plain;
  for (const std::string_view pattern : patterns) {
    routes.at(pattern);
    CHECK(plain.add(pattern));
  }
  for (const lookup& each : lookups) {
    CAPTURE(each.path);
    CHECK(found_by(routes, each.path) == each.found);
    CHECK(plain.find(each.path) == each.found);
  }
}

std::string refusal(std::initializer_list<std::string_view> patterns) {
  router routes;
  try {
    for (const std::string_view pattern : patterns) routes.at(pattern);
  } catch (const std::invalid_argument& refused) {
    return refused.what();
  }
  return "accepted";
}

std::string request_for(std::string_view method, std::string_view path) {
  return std::string(method) + " " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n\r\n";
}

std::string allow_of(std::string_view response) {
  constexpr std::string_view name = "\r\nAllow: ";
  const std::size_t at = response.find(name);
  if (at == std::string_view::npos) return "no Allow";
  response.remove_prefix(at + name.size());
  return std::string(response.substr(0, response.find("\r\n")));
}

// The engine's numbers are the same everywhere; a distribution's are not.
class chooser {
 public:
  std::size_t below(std::size_t bound) { return engine_() % bound; }
  std::string path(std::span<const std::string_view> segments) {
    std::string made;
    for (std::size_t left = 1 + below(5); left != 0; --left) made.append("/").append(segments[below(segments.size())]);
    return made;
  }
  std::string pattern(std::span<const std::string_view> literals) {
    std::string made;
    const std::size_t count = 1 + below(5);
    for (std::size_t i = 0; i != count; ++i) {
      made += '/';
      const std::size_t kind = below(6);
      if (kind == 0 && i + 1 == count) {
        made += "{rest...}";
      } else if (kind <= 2) {
        made.append("{p").append(std::to_string(i)).append("}");
      } else {
        made += literals[below(literals.size())];
      }
    }
    return made;
  }

 private:
  std::mt19937_64 engine_{20'240'229};
};

}  // namespace

TEST_CASE("a path without parameters is found whole, byte for byte") {
  check({"/", "/users", "/users/", "/users/me", "/a//b"}, {
                                                              {"/", "/"},
                                                              {"/users", "/users"},
                                                              {"/users/", "/users/"},
                                                              {"/users/me", "/users/me"},
                                                              {"/a//b", "/a//b"},
                                                              {"/Users", ""},
                                                              {"/users//", ""},
                                                              {"/a/b", ""},
                                                              {"/use", ""},
                                                              {"//", ""},
                                                              {"", ""},
                                                              {"users", ""},
                                                          });
}

TEST_CASE("a parameter takes one segment that is not empty") {
  check({"/users/{id}", "/{a}/to/{b}/"}, {
                                             {"/users/7", "/users/{id} (7)"},
                                             {"/users/{id}", "/users/{id} ({id})"},
                                             {"/users/", ""},
                                             {"/users", ""},
                                             {"/users/7/", ""},
                                             {"/users/7/8", ""},
                                             {"/x/to/y/", "/{a}/to/{b}/ (x)(y)"},
                                             {"/x/to/y", ""},
                                             {"/x/to//", ""},
                                             {"//to/y/", ""},
                                         });
}

TEST_CASE("a rest takes everything that is left, be it nothing") {
  check({"/files/{path...}", "/by/{user}/{path...}"}, {
                                                          {"/files/a", "/files/{path...} (a)"},
                                                          {"/files/a/b//c/", "/files/{path...} (a/b//c/)"},
                                                          {"/files/", "/files/{path...} ()"},
                                                          {"/files", "/files/{path...} ()"},
                                                          {"/files//", "/files/{path...} (/)"},
                                                          {"/filesystem", ""},
                                                          {"/by/me", "/by/{user}/{path...} (me)()"},
                                                          {"/by/me/x/y", "/by/{user}/{path...} (me)(x/y)"},
                                                          {"/by/", ""},
                                                          {"/by", ""},
                                                      });
  check({"/{all...}"}, {{"/", "/{all...} ()"}, {"/a/b", "/{all...} (a/b)"}, {"//", "/{all...} (/)"}});
}

TEST_CASE("a literal goes before a parameter, a parameter before a rest, at every segment") {
  check({"/{rest...}", "/{a}", "/a", "/a/{b}", "/{a}/b", "/a/b", "/a/{b...}"}, {
                                                                                   {"/a", "/a"},
                                                                                   {"/x", "/{a} (x)"},
                                                                                   {"/", "/{rest...} ()"},
                                                                                   {"/a/b", "/a/b"},
                                                                                   {"/a/x", "/a/{b} (x)"},
                                                                                   {"/x/b", "/{a}/b (x)"},
                                                                                   {"/a/", "/a/{b...} ()"},
                                                                                   {"/a/x/y", "/a/{b...} (x/y)"},
                                                                                   {"/x/y", "/{rest...} (x/y)"},
                                                                               });
}

TEST_CASE("where a literal leads to nothing, the parameter beside it is tried") {
  check({"/a/b/c", "/a/{x}/d", "/{y}/b/e", "/{y}/{x}/{z}/g", "/a/{tail...}"},
        {
            {"/a/b/c", "/a/b/c"},
            {"/a/b/d", "/a/{x}/d (b)"},
            {"/x/b/e", "/{y}/b/e (x)"},
            {"/a/b/e", "/a/{tail...} (b/e)"},
            {"/a/b/c/g", "/a/{tail...} (b/c/g)"},
            {"/x/b/e/g", "/{y}/{x}/{z}/g (x)(b)(e)"},
            {"/x/b/c", ""},
        });
}

TEST_CASE("segments that begin alike or have the same length are told apart") {
  check({"/abcdefgh/1", "/abcdefghi/2", "/abcdefghj/3", "/abcdefg/4", "/abc/5", "/abd/6", "/{x}/7"},
        {
            {"/abcdefgh/1", "/abcdefgh/1"},
            {"/abcdefghi/2", "/abcdefghi/2"},
            {"/abcdefghj/3", "/abcdefghj/3"},
            {"/abcdefghi/7", "/{x}/7 (abcdefghi)"},
            {"/abcdefghk/7", "/{x}/7 (abcdefghk)"},
            {"/abcdefghk/2", ""},
            {"/abcdefg/4", "/abcdefg/4"},
            {"/abc/5", "/abc/5"},
            {"/abd/6", "/abd/6"},
            {"/abc/6", ""},
        });
}

TEST_CASE("a path has up to eight parameters") {
  check({"/{a}/{b}/{c}/{d}/{e}/{f}/{g}/{h}", "/{a}/{b}/{c}/{d}/{e}/{f}/{g}/x/{h...}"},
        {
            {"/1/2/3/4/5/6/7/8", "/{a}/{b}/{c}/{d}/{e}/{f}/{g}/{h} (1)(2)(3)(4)(5)(6)(7)(8)"},
            {"/1/2/3/4/5/6/7/x/9", "/{a}/{b}/{c}/{d}/{e}/{f}/{g}/x/{h...} (1)(2)(3)(4)(5)(6)(7)(9)"},
            {"/1/2/3/4/5/6/7", ""},
            {"/1/2/3/4/5/6/7/8/9", ""},
        });
}

TEST_CASE("escapes are decoded segment by segment, and an encoded slash stays in its segment") {
  check({"/a/b", "/say/{what}", "/files/{path...}", "/x y"}, {
                                                                 {"/%61/b", "/a/b"},
                                                                 {"/a%2Fb", ""},
                                                                 {"/a%2fb", ""},
                                                                 {"/say/a%2Fb", "/say/{what} (a/b)"},
                                                                 {"/say/%C3%A9t%c3%a9", "/say/{what} (été)"},
                                                                 {"/say/100%25", "/say/{what} (100%)"},
                                                                 {"/say/%252F", "/say/{what} (%2F)"},
                                                                 {"/say/a+b", "/say/{what} (a+b)"},
                                                                 {"/%73ay/%2F", "/say/{what} (/)"},
                                                                 {"/files/a%20b/c%2Fd", "/files/{path...} (a b/c/d)"},
                                                                 {"/x%20y", "/x y"},
                                                             });
}

TEST_CASE("a pattern and a path are the same in whatever way either is escaped") {
  check({"/café", "/naïve/{x}"}, {
                                     {"/caf%C3%A9", "/café"},
                                     {"/caf%c3%a9", "/café"},
                                     {"/%63afé", "/café"},
                                     {"/na%C3%AFve/1", "/naïve/{x} (1)"},
                                 });
  check({"/caf%C3%A9", "/na%C3%AFve/{x}", "/a%2Fb", "/100%25"}, {
                                                                    {"/caf%C3%A9", "/caf%C3%A9"},
                                                                    {"/caf%c3%a9", "/caf%C3%A9"},
                                                                    {"/café", "/caf%C3%A9"},
                                                                    {"/naïve/1", "/na%C3%AFve/{x} (1)"},
                                                                    {"/na%C3%AFve/1", "/na%C3%AFve/{x} (1)"},
                                                                    {"/a%2Fb", "/a%2Fb"},
                                                                    {"/a%2fb", "/a%2Fb"},
                                                                    {"/a/b", ""},
                                                                    {"/100%25", "/100%25"},
                                                                });
  // Twice escaped is another text than once.
  check({"/%2541", "/A"}, {{"/%2541", "/%2541"}, {"/%41", "/A"}, {"/A", "/A"}});
  CHECK(refusal({"/café", "/caf%C3%A9"}) == "route \"/caf%C3%A9\": it means the same paths as /café");
}

TEST_CASE("a pattern that cannot be meant is refused in words that say why") {
  struct refused {
    std::string_view pattern;
    std::string_view why;
  };
  constexpr refused cases[] = {
      {"", "a path begins with a slash"},
      {"users", "a path begins with a slash"},
      {"{all...}", "a path begins with a slash"},
      {"/user-{id}", "a parameter takes a whole segment"},
      {"/{id}.json", "a parameter takes a whole segment"},
      {"/{id", "the closing brace is missing"},
      {"/{", "the closing brace is missing"},
      {"/id}", "a parameter takes a whole segment"},
      {"/{}", "a parameter needs a plain name"},
      {"/{...}", "a parameter needs a plain name"},
      {"/{a.b}", "a parameter needs a plain name"},
      {"/{a}{b}", "a parameter needs a plain name"},
      {"/{a}/{a}", "a parameter is named twice"},
      {"/{a}/{a...}", "a parameter is named twice"},
      {"/{a}/{b}/{c}/{d}/{e}/{f}/{g}/{h}/{i}", "more than 8 parameters"},
      {"/{a}/{b}/{c}/{d}/{e}/{f}/{g}/{h}/{i...}", "more than 8 parameters"},
      {"/{a...}/b", "{name...} must be the last segment"},
      {"/{a...}/", "{name...} must be the last segment"},
      {"/100%", "an escape is malformed"},
      {"/%zz/{a}", "an escape is malformed"},
      {"/a%00b", "an escape is malformed"},
  };
  for (const refused& each : cases) {
    CHECK(refusal({each.pattern}) == "route \"" + std::string(each.pattern) + "\": " + std::string(each.why));
  }
}

TEST_CASE("patterns that differ only in the names of their parameters are refused, whichever comes first") {
  CHECK(refusal({"/a/{x}", "/a/{y}"}) == "route \"/a/{y}\": it means the same paths as /a/{x}");
  CHECK(refusal({"/{x...}", "/{y...}"}) == "route \"/{y...}\": it means the same paths as /{x...}");
  CHECK(refusal({"/{x}/{y}", "/{y}/{x}"}) == "route \"/{y}/{x}\": it means the same paths as /{x}/{y}");
  CHECK(refusal({"/a/{x}", "/a/{x...}", "/a/{y}/b", "/{z}/b"}) == "accepted");
}

TEST_CASE("a refused pattern leaves the others as they were") {
  router routes;
  routes.at("/a/{x}");
  CHECK_THROWS_AS(routes.at("/a/{y}"), std::invalid_argument);
  CHECK_THROWS_AS(routes.at("/a/b/{c}d"), std::invalid_argument);
  CHECK(routes.entries().size() == 1);
  CHECK(found_by(routes, "/a/b") == "/a/{x} (b)");
  CHECK(found_by(routes, "/a/b/c") == "");
}

TEST_CASE("a pattern declared again is the same entry, and a method declared twice is refused") {
  router routes;
  router::path_entry* first = &routes.at("/a/{x}");
  CHECK(&routes.at("/a/{x}") == first);
  server_fixture server;
  server.get("/a", [](exchange&) {});
  server.post("/a", [](exchange&) {});
  CHECK_THROWS_WITH_AS(server.get("/a", [](exchange&) {}), "route GET /a is declared twice", std::invalid_argument);
}

TEST_CASE("thousands of paths without parameters are each found, and their neighbours are not") {
  router routes;
  for (int i = 0; i != 3000; ++i) routes.at("/catalogue/item-" + std::to_string(i));
  routes.at("/" + std::string(200, 'x'));
  for (int i = 0; i != 3000; ++i) {
    const std::string path = "/catalogue/item-" + std::to_string(i);
    REQUIRE(found_by(routes, path) == path);
    REQUIRE(found_by(routes, path + "x") == "");
  }
  CHECK(found_by(routes, "/" + std::string(200, 'x')).size() == 201);
  CHECK(found_by(routes, "/" + std::string(199, 'x')) == "");
  CHECK(found_by(routes, "/catalogue/item-3000") == "");
}

TEST_CASE("a handler gets its parameters decoded, by name and by place") {
  server_fixture server;
  server.get("/{a}/to/{b...}", [](exchange& x) { x.text(x.path("a"), "|", x.path("b"), "|", x.path(1)); });
  server.get("/café", [](exchange& x) { x.text("coffee"); });
  server.serve();
  CHECK(body_of(server.ask(get_request("/x%2Fy/to/p%20q/r"))) == "x/y|p q/r|p q/r");
  CHECK(body_of(server.ask(get_request("/x/to"))) == "x||");
  CHECK(body_of(server.ask(get_request("/caf%C3%A9"))) == "coffee");
  CHECK(status_of(server.ask(get_request("/caf%C3"))) == "HTTP/1.1 404 Not Found");
}

TEST_CASE("HEAD is answered by GET's handler unless it has its own") {
  server_fixture server;
  server.get("/get", [](exchange& x) { x.text("got"); });
  server.get("/both", [](exchange& x) { x.text("got"); });
  server.add(http::method::head, "/both", [](exchange& x) { x.response().status(204); });
  server.post("/post", [](exchange&) {});
  server.serve();
  const std::string answer = server.ask(request_for("HEAD", "/get"));
  CHECK(status_of(answer) == "HTTP/1.1 200 OK");
  CHECK(answer.find("Content-Length: 3\r\n") != std::string::npos);
  CHECK(body_of(answer).empty());
  CHECK(status_of(server.ask(request_for("HEAD", "/both"))) == "HTTP/1.1 204 No Content");
  CHECK(status_of(server.ask(request_for("HEAD", "/post"))) == "HTTP/1.1 405 Method Not Allowed");
}

TEST_CASE("OPTIONS and a method that a path does not have are answered with what it allows") {
  server_fixture server;
  server.get("/read", [](exchange&) {});
  server.post("/write/{id}", [](exchange&) {});
  server.add(http::method::delete_, "/write/{id}", [](exchange&) {});
  server.add(http::method::options, "/own", [](exchange& x) { x.text("own"); });
  server.add(http::method::head, "/head", [](exchange&) {});
  server.serve();
  struct asked {
    std::string_view method;
    std::string_view path;
    std::string_view status;
    std::string_view allow;
  };
  constexpr std::string_view refused = "HTTP/1.1 405 Method Not Allowed";
  constexpr std::string_view options = "HTTP/1.1 204 No Content";
  constexpr asked cases[] = {
      {"POST", "/read", refused, "GET, HEAD, OPTIONS"},
      {"OPTIONS", "/read", options, "GET, HEAD, OPTIONS"},
      {"GET", "/write/7", refused, "POST, DELETE, OPTIONS"},
      {"HEAD", "/write/7", refused, "POST, DELETE, OPTIONS"},
      {"OPTIONS", "/write/7", options, "POST, DELETE, OPTIONS"},
      {"GET", "/head", refused, "HEAD, OPTIONS"},
      {"OPTIONS", "/own", "HTTP/1.1 200 OK", "no Allow"},
      {"GET", "/own", refused, "OPTIONS"},
      {"OPTIONS", "/none", "HTTP/1.1 404 Not Found", "no Allow"},
  };
  for (const asked& each : cases) {
    CAPTURE(each.method);
    CAPTURE(each.path);
    const std::string answer = server.ask(request_for(each.method, each.path));
    CHECK(status_of(answer) == each.status);
    CHECK(allow_of(answer) == each.allow);
  }
}

TEST_CASE("the method does not change which path is found") {
  server_fixture server;
  server.get("/a/{x}", [](exchange& x) { x.text("parameter"); });
  server.post("/a/b", [](exchange& x) { x.text("literal"); });
  server.serve();
  CHECK(allow_of(server.ask(request_for("GET", "/a/b"))) == "POST, OPTIONS");
  CHECK(body_of(server.ask(request_for("GET", "/a/c"))) == "parameter");
}

TEST_CASE("whatever the patterns are, the router finds what trying each of them finds") {
  constexpr std::string_view literals[] = {"a", "b", "ab", "", "%61", "a%2Fb", "abcdefgh", "abcdefghi", "abcdefghj"};
  constexpr std::string_view segments[] = {"a", "b", "ab", "", "%61", "a%2Fb", "abcdefgh", "abcdefghi", "z"};
  chooser choose;
  std::size_t found = 0;
  for (int round = 0; round != 300; ++round) {
    router routes;
    naive_router plain;
    for (std::size_t left = 1 + choose.below(20); left != 0; --left) {
      const std::string pattern = choose.pattern(literals);
      CAPTURE(pattern);
      if (plain.add(pattern)) {
        REQUIRE_NOTHROW(routes.at(pattern));
      } else {
        REQUIRE_THROWS_AS(routes.at(pattern), std::invalid_argument);
      }
    }
    for (int asked = 0; asked != 100; ++asked) {
      const std::string path = choose.path(segments);
      CAPTURE(path);
      const std::string expected = plain.find(path);
      REQUIRE(found_by(routes, path) == expected);
      found += expected.empty() ? 0 : 1;
    }
  }
  CHECK(found > 5000);
}
