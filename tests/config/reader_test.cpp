// Sections read as settings, and keys that nobody asked for.
#include <chrono>

#include <doctest/doctest.h>

#include <candela/config/reader.hpp>

#include "support.hpp"

namespace candela::config {

namespace {

using namespace std::chrono_literals;

enum class level : std::uint8_t { debug, info };

const char* const full =
    "port: 80\nratio: 0.5\nname: x\nenabled: true\nlevel: info\nbody: 1MiB\nidle: 5s\nroot: www\ntags: [a, b]\n"
    "tls: {certificate: c.pem}\nstages: [cors]\n";

}  // namespace

TEST_CASE("settings that are written win over defaults") {
  reader settings(parse(full));
  CHECK(settings.integer<std::uint16_t>("port", 8080) == 80);
  CHECK(settings.number("ratio", 1) == 0.5);
  CHECK(settings.string("name", "y") == "x");
  CHECK(settings.boolean("enabled", false));
  CHECK(settings.choose<level>("level", {{"debug", level::debug}, {"info", level::info}}, level::debug) == level::info);
  CHECK(settings.size("body", 1) == 1 << 20);
  CHECK(settings.duration("idle", 60s) == 5s);
  CHECK(settings.path("root", "other") == "www");
  CHECK(settings.strings("tags", {"c"}) == std::vector<std::string>{"a", "b"});
  CHECK(settings.section("tls").path("certificate") == "c.pem");
  CHECK(settings.list("stages").size() == 1);
  CHECK_NOTHROW(settings.finish());
}

TEST_CASE("defaults stand for settings that are missing or null") {
  for (const char* text :
       {"", "{}", "port:\nratio:\nname: ~\nenabled:\nlevel:\nbody:\nidle: null\nroot:\ntags:\ntls:\n"}) {
    reader settings(parse(text));
    CHECK(settings.integer<std::uint16_t>("port", 8080) == 8080);
    CHECK(settings.number("ratio", 1.5) == 1.5);
    CHECK(settings.string("name", "y") == "y");
    CHECK(settings.boolean("enabled", true));
    CHECK(settings.choose<level>("level", {{"debug", level::debug}}, level::info) == level::info);
    CHECK(settings.size("body", 7) == 7);
    CHECK(settings.duration("idle", 60s) == 60s);
    CHECK(settings.path("root", "other") == "other");
    CHECK(settings.strings("tags", {"c"}) == std::vector<std::string>{"c"});
    CHECK(settings.section("tls").string("minimum", "1.2") == "1.2");
    CHECK(settings.list("stages").empty());
    CHECK(settings.members("routes").empty());
    CHECK(!settings.has("port"));
    CHECK_NOTHROW(settings.finish());
  }
}

TEST_CASE("a required setting that is missing is an error at its section") {
  reader settings = reader(parse("x: 1\nserver:\n  host: a\n")).section("server");
  CHECK(failure([&] { return settings.integer<std::uint16_t>("port"); }) ==
        "service.yml:3:3: server.port: expected an integer from 0 to 65535, found nothing");
  CHECK(failure([&] { return settings.string("name"); }) ==
        "service.yml:3:3: server.name: expected a string, found nothing");
  CHECK(failure([&] { return settings.path("root"); }) ==
        "service.yml:3:3: server.root: expected a path, found nothing");
  CHECK(failure([&] { return settings.boolean("on"); }) ==
        "service.yml:3:3: server.on: expected true or false, found nothing");
  CHECK(failure([&] { return settings.choose<level>("level", {{"debug", level::debug}}); }) ==
        "service.yml:3:3: server.level: expected one of debug, found nothing");
}

TEST_CASE("an integer has to fit its type and its range") {
  reader settings(parse("a: 70000\nb: -1\nc: 300\nd: 5\n"));
  CHECK(failure([&] { return settings.integer<std::uint16_t>("a", 1); }) ==
        "service.yml:1:4: a: expected an integer from 0 to 65535, found \"70000\"");
  CHECK(failure([&] { return settings.integer<std::uint64_t>("b", 1); }) ==
        "service.yml:2:4: b: expected an integer of at least 0, found \"-1\"");
  CHECK(failure([&] { return settings.integer<std::int8_t>("c", 1); }) ==
        "service.yml:3:4: c: expected an integer from -128 to 127, found \"300\"");
  CHECK(failure([&] { return settings.integer<unsigned>("d", 1, {1, 4}); }) ==
        "service.yml:4:4: d: expected an integer from 1 to 4, found \"5\"");
  CHECK(settings.integer("d", {1, 5}) == 5);
}

TEST_CASE("a written value of the wrong type is an error, whatever the default") {
  reader settings(parse("idle_timeout: 30\nbody: 10 monkeys\n"));
  CHECK(failure([&] { return settings.duration("idle_timeout", 60s, {1s, 1h}); }) ==
        "service.yml:1:15: idle_timeout: expected a duration from 1s to 1h, found \"30\" (a number needs a unit: s for "
        "seconds, ms for milliseconds)");
  CHECK(failure([&] { return settings.size("body", 1); }).starts_with("service.yml:2:7: body: expected a size"));
}

TEST_CASE("finish names every unknown key with what was probably meant") {
  reader settings(parse("prot: 80\nhost: x\nIdle-Timeout: 5s\nzebra: 1\n"));
  static_cast<void>(settings.integer("port", 1));
  static_cast<void>(settings.string("host", ""));
  static_cast<void>(settings.duration("idle_timeout", 1s));
  CHECK(failure([&] { return settings.finish(), 0; }) ==
        "service.yml:1:1: unknown key \"prot\" (did you mean \"port\"? known keys: host, idle_timeout, port)\n"
        "service.yml:3:1: unknown key \"Idle-Timeout\" (did you mean \"idle_timeout\"? known keys: host, idle_timeout, "
        "port)\n"
        "service.yml:4:1: unknown key \"zebra\" (known keys: host, idle_timeout, port)");
}

TEST_CASE("a key that was probably meant for a missing one is told before it") {
  const std::string unknown = "service.yml:1:1: unknown key \"isuer\" (did you mean \"issuer\"?)\n";
  reader settings(parse("isuer: x\naudience: y\n"));
  CHECK(failure([&] { return settings.string("issuer"); }) ==
        unknown + "service.yml:1:1: issuer: expected a string, found nothing");
  CHECK(failure([&] { return settings.get("issuer").fail("at least one is needed"), 0; }) ==
        unknown + "service.yml:1:1: issuer: at least one is needed");
  CHECK(failure([&] { return settings.string("subject"); }) ==
        "service.yml:1:1: subject: expected a string, found nothing");
}

TEST_CASE("a section that was misspelt is told before what it should say") {
  reader source = reader(parse("sorce:\n  url: x\n")).section("source");
  CHECK(failure([&] { return source.string("url"); }) ==
        "service.yml:1:1: unknown key \"sorce\" (did you mean \"source\"?)\n"
        "service.yml:1:1: source.url: expected a string, found nothing");
}

TEST_CASE("a key that is known, or written without a value, is not taken for a misspelt one") {
  reader known(parse("keys: x\n"));
  static_cast<void>(known.has("keys"));
  CHECK(failure([&] { return known.string("key"); }) == "service.yml:1:1: key: expected a string, found nothing");
  reader written(parse("issuer: ~\nisuer: x\n"));
  CHECK(failure([&] { return written.string("issuer"); }) ==
        "service.yml:1:9: issuer: expected a string, found nothing");
}

TEST_CASE("finish covers the sections that were read") {
  reader settings(parse("tls:\n  certificat: a.pem\n  inner:\n    odd: 1\n"));
  reader tls = settings.section("tls");
  static_cast<void>(tls.path("certificate", ""));
  static_cast<void>(tls.section("inner"));
  const std::string message = failure([&] { return settings.finish(), 0; });
  CHECK(message ==
        "service.yml:2:3: tls: unknown key \"certificat\" (did you mean \"certificate\"? known keys: certificate, "
        "inner)\n"
        "service.yml:4:5: tls.inner: unknown key \"odd\" (no key is known here)");
}

TEST_CASE("a section that is no map is refused") {
  CHECK(failure([] { return reader(parse("[1]")); }) == "service.yml:1:1: expected a map, found a list");
  CHECK(failure([] { return reader(parse("tls: yes")).section("tls"); }) ==
        "service.yml:1:6: tls: expected a map, found \"yes\"");
  CHECK(failure([] { return reader(parse("list: 1")).list("list"); }) ==
        "service.yml:1:7: list: expected a list, found \"1\"");
}

TEST_CASE("several errors are one, placed at the first") {
  reader settings(parse("a: 1\nb: 2\n"));
  try {
    settings.finish();
    FAIL("unknown keys were accepted");
  } catch (const error& mistake) {
    CHECK(to_string(mistake.where()) == "service.yml:1:1");
  }
}

}  // namespace candela::config
