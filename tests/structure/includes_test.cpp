#include "tests/structure/includes.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/structure/source_tree.hpp"

using namespace candela::structure;

namespace {

// <candela/candela.hpp> belongs to no room: it is the one include of a handler author, above all of them.
bool stands_above_the_rooms(std::string_view path) { return path == "framework/candela.hpp"; }

}  // namespace

TEST_CASE("an include line is found however it is spaced") {
  const auto found =
      includes_of("#include <a.hpp>\n  #  include \"b.hpp\"\n// #include <c.hpp>\n#define include <d.hpp>\n");
  REQUIRE(found.size() == 2);
  CHECK(found[0].name == "a.hpp");
  CHECK(found[1].name == "b.hpp");
  CHECK(found[1].line == 2);
}

TEST_CASE("an include that climbs or goes sideways is refused") {
  CHECK(floor_complaint("framework/http/uri.hpp", "candela/core/arena.hpp").empty());
  CHECK(floor_complaint("framework/http/uri.hpp", "candela/http/method.hpp").empty());
  CHECK(floor_complaint("framework/http/uri.hpp", "vector").empty());
  CHECK(floor_complaint("middleware/cors.cpp", "candela/server/exchange.hpp").empty());
  CHECK_FALSE(floor_complaint("framework/core/arena.hpp", "candela/net/loop.hpp").empty());
  CHECK_FALSE(floor_complaint("framework/json/reader.hpp", "candela/net/loop.hpp").empty());
  CHECK_FALSE(floor_complaint("framework/server/router.cpp", "middleware/cors.hpp").empty());
  CHECK_FALSE(floor_complaint("middleware/cors.cpp", "handlers/health.hpp").empty());
  CHECK_FALSE(floor_complaint("middleware/cors.cpp", "candela/handlers/health.hpp").empty());
  CHECK_FALSE(floor_complaint("framework/service/service.cpp", "framework/command/new.hpp").empty());
}

TEST_CASE("only the language's and candela's public headers may stand in a public header") {
  CHECK(may_stand_in_public_header("vector"));
  CHECK(may_stand_in_public_header("candela/core/arena.hpp"));
  CHECK_FALSE(may_stand_in_public_header("uv.h"));
  CHECK_FALSE(may_stand_in_public_header("sys/socket.h"));
  CHECK_FALSE(may_stand_in_public_header("openssl/ssl.h"));
  CHECK_FALSE(may_stand_in_public_header("candela/net/detail/loop_state.hpp"));
  CHECK_FALSE(may_stand_in_public_header("middleware/cors.hpp"));
}

TEST_CASE("every room includes only itself and the floors below it") {
  std::size_t checked = 0;
  for (const source_file& file : source_tree()) {
    if (!file.is_cpp()) continue;
    if (file.path.starts_with("framework/") && !stands_above_the_rooms(file.path)) {
      CHECK_MESSAGE(room_of(file.path), file.path << " stands in no room of the plan");
    }
    for (const include_line& line : includes_of(file.text)) {
      const std::string complaint = floor_complaint(file.path, line.name);
      CHECK_MESSAGE(complaint.empty(), complaint << " (line " << line.line << ")");
      ++checked;
    }
  }
  CHECK(checked > 100);
}

TEST_CASE("an include circle is found and named") {
  CHECK(include_circle({{"a", {"b", "c"}}, {"b", {"c"}}, {"c", {"vector"}}}).empty());
  CHECK(include_circle({{"a", {"b"}}, {"b", {"c"}}, {"c", {"b"}}}) == std::vector<std::string>{"b", "c", "b"});
  CHECK(include_circle({{"a", {"a"}}}) == std::vector<std::string>{"a", "a"});
}

TEST_CASE("no header includes itself by a detour") {
  std::map<std::string, std::vector<std::string>> includes;
  for (const source_file& file : source_tree()) {
    if (!file.is_cpp()) continue;
    for (const include_line& line : includes_of(file.text)) {
      if (const auto path = project_path(line.name)) includes[file.path].push_back(*path);
    }
  }
  std::string way;
  for (const std::string& file : include_circle(includes)) way += " " + file;
  CHECK_MESSAGE(way.empty(), "an include circle:" << way);
}

TEST_CASE("what belongs to the project is included by a path that exists") {
  std::size_t checked = 0;
  for (const source_file& file : source_tree()) {
    if (!file.is_cpp()) continue;
    for (const include_line& line : includes_of(file.text)) {
      const auto path = project_path(line.name);
      if (!path || line.name == "candela/core/build_stamp.hpp") continue;
      const bool exists =
          std::ranges::any_of(source_tree(), [&](const source_file& other) { return other.path == *path; });
      CHECK_MESSAGE(exists, file.path << " includes " << line.name << ", which is not there");
      ++checked;
    }
  }
  CHECK(checked > 50);
}

TEST_CASE("no public header shows a third-party or private one") {
  std::size_t headers = 0;
  for (const source_file& file : source_tree()) {
    if (!file.is_public_header()) continue;
    ++headers;
    for (const include_line& line : includes_of(file.text)) {
      CHECK_MESSAGE(may_stand_in_public_header(line.name), file.path << ":" << line.line << " includes " << line.name);
    }
  }
  CHECK(headers > 5);
}
