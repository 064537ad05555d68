#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>
#include <candela/command/detail/scaffold.hpp>

#include <string>

#include "scratch.hpp"

using namespace candela::command;
namespace fs = std::filesystem;

TEST_CASE("a name that a program, a folder and a CMake target can bear is taken") {
  for (const char* name : {"a", "orders", "order-book", "order_book", "b2b", "candela", "tests"}) {
    CHECK_MESSAGE(name_error(name) == "", name);
  }
  CHECK(name_error(std::string(63, 'a')) == "");
}

TEST_CASE("any other name is refused and shown") {
  for (const char* name : {"", "Orders", "1st", "-orders", "_orders", "or ders", "a/b", "../a", ".", "caf\xc3\xa9",
                           "a.b", "a;b", "a$b", "a\nb"}) {
    CHECK_MESSAGE(name_error(name).find("unlike \"" + std::string(name) + "\"") != std::string::npos, name);
  }
  CHECK(name_error(std::string(64, 'a')) != "");
}

TEST_CASE("a name of one of CMake's own targets is refused") {
  for (const char* name : {"all", "clean", "help", "install", "test", "package", "edit_cache", "rebuild_cache"}) {
    CHECK_MESSAGE(name_error(name) == "\"" + std::string(name) + "\" is what CMake calls a target of its own", name);
  }
}

TEST_CASE("a new service has every file, with its own name in it and nothing left to fill in") {
  const scratch here;
  REQUIRE(scaffold({"orders", here / "orders", std::nullopt}));
  CHECK(here.entries() == 1);
  for (const service_template& each : service_templates()) {
    const std::string text = here.read("orders/" + std::string(each.path));
    CHECK_MESSAGE(!text.empty(), each.path);
    CHECK_MESSAGE(text.find("@name@") == std::string::npos, each.path);
    CHECK_MESSAGE(text.find("@version@") == std::string::npos, each.path);
    CHECK_MESSAGE(text.ends_with('\n'), each.path);
  }
  CHECK(here.read("orders/CMakeLists.txt").find("project(orders ") != std::string::npos);
  CHECK(here.read("orders/Dockerfile").find("ENTRYPOINT [\"/service/orders\"]") != std::string::npos);
}

TEST_CASE("where candela stands is said in a file that version control ignores") {
  const scratch here;
  REQUIRE(scaffold({"orders", here / "orders", fs::path("/a folder/with $signs;")}));
  CHECK(here.read("orders/local.cmake").find("set(candela_hint [==[/a folder/with $signs;]==])") != std::string::npos);
  CHECK(here.read("orders/.gitignore").find("/local.cmake\n") != std::string::npos);
  CHECK(here.read("orders/.dockerignore").find("local.cmake\n") != std::string::npos);
  for (const service_template& each : service_templates()) {
    CHECK_MESSAGE(here.read("orders/" + std::string(each.path)).find("a folder") == std::string::npos, each.path);
  }
}

TEST_CASE("no place is said for a command that stands in none") {
  const scratch here;
  REQUIRE(scaffold({"orders", here / "orders", std::nullopt}));
  CHECK_FALSE(fs::exists(here / "orders/local.cmake"));
}

TEST_CASE("the new folder is as open to others as any that its owner makes") {
  const scratch here;
  REQUIRE(scaffold({"orders", here / "orders", std::nullopt}));
  REQUIRE(fs::create_directory(here / "usual"));
  CHECK(fs::status(here / "orders").permissions() == fs::status(here / "usual").permissions());
}

TEST_CASE("an empty folder is filled") {
  const scratch here;
  REQUIRE(fs::create_directory(here / "orders"));
  CHECK(scaffold({"orders", here / "orders", std::nullopt}));
  CHECK(fs::exists(here / "orders/CMakeLists.txt"));
  CHECK(here.entries() == 1);
}

TEST_CASE("the folder can have another name, also with a slash behind it") {
  const scratch here;
  CHECK(scaffold({"orders", here / "elsewhere/", std::nullopt}));
  CHECK(here.read("elsewhere/CMakeLists.txt").find("project(orders ") != std::string::npos);
}

TEST_CASE("a folder with something in it is refused and stays as it is") {
  const scratch here;
  here.write("orders/notes", "mine");
  const auto made = scaffold({"orders", here / "orders", std::nullopt});
  REQUIRE_FALSE(made);
  CHECK(made.error() == "the folder " + here.name() + "/orders exists and is not empty");
  CHECK(here.read("orders/notes") == "mine");
  CHECK_FALSE(fs::exists(here / "orders/CMakeLists.txt"));
  CHECK(here.entries() == 1);
}

TEST_CASE("a file or a dangling link in the place of the folder is refused") {
  const scratch here;
  here.write("orders", "a file");
  auto made = scaffold({"orders", here / "orders", std::nullopt});
  REQUIRE_FALSE(made);
  CHECK(made.error() == here.name() + "/orders exists and is not a folder");
  CHECK(here.read("orders") == "a file");

  fs::create_symlink("nowhere", here / "link");
  made = scaffold({"orders", here / "link", std::nullopt});
  REQUIRE_FALSE(made);
  CHECK(made.error() == here.name() + "/link exists and is not a folder");
}

TEST_CASE("a place that does not exist is named in the error") {
  const scratch here;
  const auto made = scaffold({"orders", here / "missing/orders", std::nullopt});
  REQUIRE_FALSE(made);
  CHECK(made.error() == "cannot make a folder in " + here.name() + "/missing: No such file or directory");
  CHECK(here.entries() == 0);
}

TEST_CASE("what cannot be completed leaves nothing behind") {
  const scratch here;
  REQUIRE(fs::create_directory(here / "orders"));
  // Renaming onto a folder that is a mount point or in use fails; a file name that is too long fails as surely.
  const auto made = scaffold({std::string(300, 'a'), here / "orders", std::nullopt});
  REQUIRE_FALSE(made);
  CHECK(made.error().starts_with("cannot make "));
  CHECK(here.entries() == 1);
  CHECK(fs::is_empty(here / "orders"));
}
