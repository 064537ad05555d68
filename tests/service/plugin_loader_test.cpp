#include <doctest/doctest.h>

#include <candela/config/error.hpp>
#include <candela/config/parse.hpp>
#include <candela/core/build_id.hpp>
#include <candela/service/detail/plugin_loader.hpp>
#include <string>

using candela::plugin_descriptor;
using candela::detail::reason_to_refuse;

TEST_CASE("a plugin of the same build is taken") {
  const std::string own(candela::build_id());
  const plugin_descriptor same{plugin_descriptor::expected_magic, own.c_str(), nullptr, nullptr};
  CHECK(reason_to_refuse(&same, own).empty());
}

TEST_CASE("a plugin of another build is refused, and both builds are named") {
  const plugin_descriptor other{plugin_descriptor::expected_magic, "candela 0.0.1 headers 0, GCC 1", nullptr, nullptr};
  const std::string why = reason_to_refuse(&other, "candela 0.1.0 headers 1, GCC 12");
  CHECK(why.find("candela 0.0.1 headers 0, GCC 1") != std::string::npos);
  CHECK(why.find("candela 0.1.0 headers 1, GCC 12") != std::string::npos);
}

TEST_CASE("a shared object without a descriptor, or with one of another kind, is no plugin") {
  CHECK(reason_to_refuse(nullptr, "x").find("is no candela plugin") == 0);
  const plugin_descriptor foreign{1, "x", nullptr, nullptr};
  CHECK(reason_to_refuse(&foreign, "x").find("is a plugin for another kind") == 0);
}

TEST_CASE("a program that has candela linked in is told to link the shared library") {
  candela::detail::catalog names;
  const candela::config::node file = candela::config::parse_text("plugins:\n  - some.so\n", "service.yml");
  CHECK_THROWS_WITH_AS(candela::detail::load_plugins(file, names), doctest::Contains("service.yml:2:5: plugins[0]: "),
                       candela::config::error);
  CHECK_THROWS_WITH_AS(candela::detail::load_plugins(file, names), doctest::Contains("candela::shared"),
                       candela::config::error);
}

TEST_CASE("without plugins nothing is loaded") {
  candela::detail::catalog names;
  const std::string before = names.stage_names();
  candela::detail::load_plugins({}, names);
  CHECK(names.stage_names() == before);
}

TEST_CASE("a name that is taken stays with who had it first") {
  candela::detail::catalog names;
  const candela::stage_factory mine{"cors", nullptr};
  CHECK_THROWS_WITH_AS(names.add(mine, "mine.so"), "the stage \"cors\" of mine.so has the name of one of candela",
                       std::invalid_argument);
}
