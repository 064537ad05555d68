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
