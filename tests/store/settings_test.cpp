#include <candela/store/settings.hpp>

#include <doctest/doctest.h>

#include <unistd.h>

#include <candela/config/error.hpp>
#include <candela/config/parse.hpp>
#include <filesystem>
#include <fstream>
#include <string>

using namespace candela;
using namespace std::chrono_literals;

namespace {

store::settings read(const std::string& text) {
  const config::reader section(config::parse_text(text, "service.yml"));
  store::settings into = store::settings::read(section);
  section.finish();
  return into;
}

std::string refusal_of(const std::string& text) {
  try {
    static_cast<void>(read(text));
  } catch (const config::error& wrong) {
    return wrong.what();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("without a section the store is embedded") {
  CHECK(read("") == store::settings());
  CHECK(read("spent_entries: 10\nlimit_entries: 20").spent_entries == 10);
}

TEST_CASE("Redis is described by its URL and what it is trusted with") {
  const store::settings wanted =
      read("redis: redis://cache:6380/2\nuser: shop\npassword: secret\ntimeout: 5ms\nprefix: 'shop:'");
  CHECK(wanted.redis == "redis://cache:6380/2");
  CHECK(wanted.user == "shop");
  CHECK(wanted.password == "secret");
  CHECK(wanted.timeout == 5ms);
  CHECK(wanted.prefix == "shop:");
}

TEST_CASE("a password may stand in a file of its own") {
  const auto file = std::filesystem::temp_directory_path() / ("candela-store-password-" + std::to_string(getpid()));
  std::ofstream(file) << "from a file\n";
  CHECK(read("redis: redis://a\npassword_file: " + file.string()).password == "from a file");
  CHECK(refusal_of("redis: redis://a\npassword: b\npassword_file: " + file.string()).find("given already") !=
        std::string::npos);
  std::ofstream(file) << "\n";
  CHECK(refusal_of("redis: redis://a\npassword_file: " + file.string()).find("holds no password") != std::string::npos);
  std::filesystem::remove(file);
  CHECK(refusal_of("redis: redis://a\npassword_file: " + file.string()).find("cannot be read") != std::string::npos);
}

TEST_CASE("what the section does not know is named with its place") {
  CHECK(refusal_of("spent_entries: 0").find("service.yml:1:16") == 0);
  CHECK(refusal_of("redis: redis://a\nspent_entries: 5").find("spent_entries") != std::string::npos);
  CHECK(refusal_of("timeout: 5ms").find("timeout") != std::string::npos);
  CHECK(refusal_of("redis: redis://a\nuser: b").find("a user needs a password") != std::string::npos);
}

TEST_CASE("a URL of Redis that is wrong is refused at its place, with what is wrong and the forms that there are") {
  const auto refused = [](const std::string& url, const std::string& why) {
    CAPTURE(url);
    CHECK(refusal_of("prefix: a\nredis: '" + url + "'") ==
          "service.yml:2:8: redis: " + why +
              "; a Redis server is named as redis://HOST[:PORT][/DATABASE] or unix:/PATH[?db=DATABASE]");
  };
  refused("cache:6379", "it begins with neither redis:// nor unix:");
  refused("rediss://cache", "Redis over TLS is not offered; a local proxy can add it");
  refused("redis://me:secret@cache", "user and password have settings of their own (user, password, password_file)");
  refused("redis://:6379", "it names no host");
  refused("redis://[::1", "the bracket of its IPv6 address is not closed");
  refused("redis://cache:0", "its port is no number from 1 to 65535");
  refused("redis://cache/shop", "its database is no number from 0 to 65535");
  refused("unix:redis.sock", "the path of a Unix socket is absolute");
  refused("unix:/redis.sock?timeout=1", "behind the path of a Unix socket stands nothing but ?db=");
  refused("unix:/redis.sock?db=x", "its database is no number from 0 to 65535");
}

TEST_CASE("an option of Redis that is wrong is refused with what is accepted") {
  CHECK(
      refusal_of("redis: redis://a\ntimeout: 20").find("timeout: expected a duration from 1ms to 10s, found \"20\"") !=
      std::string::npos);
  CHECK(refusal_of("redis: redis://a\nqueue_limit: 0").find("queue_limit: expected an integer from 1 to 1048576") !=
        std::string::npos);
}
