#include <doctest/doctest.h>
#include <candela/command/detail/package_location.hpp>

#include "scratch.hpp"

using candela::command::package_location;
using candela::command::scratch;

TEST_CASE("a command in a build of the tree finds that build") {
  const scratch here;
  here.write("build/candelaConfig.cmake", "");
  here.write("build/framework/command/candela", "");
  CHECK(package_location(here / "build/framework/command/candela") == here / "build");
}

TEST_CASE("an installed command finds its prefix") {
  const scratch here;
  here.write("prefix/" CANDELA_PACKAGE_DIR "/candelaConfig.cmake", "");
  here.write("prefix/bin/candela", "");
  CHECK(package_location(here / "prefix/bin/candela") == here / "prefix");
}

TEST_CASE("the nearest candela is the one") {
  const scratch here;
  here.write("candelaConfig.cmake", "");
  here.write("prefix/" CANDELA_PACKAGE_DIR "/candelaConfig.cmake", "");
  CHECK(package_location(here / "prefix/bin/candela") == here / "prefix");
}

TEST_CASE("a command that was moved away from its candela finds none") {
  const scratch here;
  here.write("bin/candela", "");
  CHECK(package_location(here / "bin/candela") == std::nullopt);
}
