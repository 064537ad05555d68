// What the README says about files and settings is what there is.
#include <doctest/doctest.h>
#include <candela/config/parse.hpp>
#include <candela/service/detail/composition.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>

namespace {

namespace fs = std::filesystem;

std::string content_of(const fs::path& path) {
  std::ifstream file(fs::path(CANDELA_SOURCE_ROOT) / path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

const std::string& readme() {
  static const std::string text = content_of("README.md");
  return text;
}

/// The fenced blocks of a language, in order.
std::vector<std::string> blocks(const std::string& language) {
  std::vector<std::string> found;
  const std::string opening = "\n```" + language + "\n";
  for (auto at = readme().find(opening); at != std::string::npos; at = readme().find(opening, at + 1)) {
    const auto begin = at + opening.size();
    found.push_back(readme().substr(begin, readme().find("```", begin) - begin));
  }
  return found;
}

candela::detail::composition composed(const std::string& yaml) {
  const auto nothing_set = [](const std::string&) { return std::optional<std::string>(); };
  candela::detail::declarations code;
  code.routes.emplace_back().pattern = "/hello/{name}";
  code.routes.emplace_back().pattern = "/orders/{id}";
  return candela::detail::compose(code, candela::config::parse_text(yaml, "README.md", nothing_set), {});
}

std::set<std::string> words(const std::string& pattern) {
  const std::regex wanted(pattern);
  std::set<std::string> found;
  for (std::sregex_iterator each(readme().begin(), readme().end(), wanted), end; each != end; ++each) {
    found.insert((*each)[1]);
  }
  return found;
}

}  // namespace

TEST_CASE("every file and folder that the README names exists") {
  const auto named = words("`((?:framework|middleware|handlers|examples|bench|tests)(?:/[a-z_0-9./]*)?)`");
  CHECK(named.size() > 15);
  for (const std::string& path : named) CHECK_MESSAGE(fs::exists(fs::path(CANDELA_SOURCE_ROOT) / path), path);
  for (const std::string& path : words("\\]\\(([A-Za-z][^):]*)\\)")) {
    CHECK_MESSAGE(fs::exists(fs::path(CANDELA_SOURCE_ROOT) / path), path);
  }
}

TEST_CASE("the stage that the README shows is the example's, in under 40 lines") {
  const std::string example = content_of("examples/plugin/polite.cpp");
  CHECK(readme().find("```cpp\n" + example + "```\n") != std::string::npos);
  CHECK(std::ranges::count(example, '\n') < 40);
}

TEST_CASE("the settings that the README shows as defaults are the defaults") {
  const auto yaml = blocks("yaml");
  REQUIRE(yaml.size() == 5);
  const auto shown = composed(yaml[0]).server;
  const candela::detail::server_settings usual;
  CHECK(shown.host == usual.host);
  CHECK(shown.port == usual.port);
  CHECK(shown.workers == usual.workers);
  CHECK(shown.shutdown_delay == usual.shutdown_delay);
  CHECK(shown.shutdown_grace == usual.shutdown_grace);
  CHECK(shown.http.server_name == usual.http.server_name);
  CHECK(shown.http.header_timeout == usual.http.header_timeout);
  CHECK(shown.http.idle_timeout == usual.http.idle_timeout);
  CHECK(shown.http.body_timeout == usual.http.body_timeout);
  CHECK(shown.http.write_timeout == usual.http.write_timeout);
  CHECK(shown.http.linger_timeout == usual.http.linger_timeout);
  CHECK(shown.http.head.max_head_bytes == usual.http.head.max_head_bytes);
  CHECK(shown.http.head.max_target_bytes == usual.http.head.max_target_bytes);
  CHECK(shown.http.head.max_headers == usual.http.head.max_headers);
  CHECK(shown.http.chunks.max_extension_bytes == usual.http.chunks.max_extension_bytes);
  CHECK(shown.http.chunks.max_trailer_bytes == usual.http.chunks.max_trailer_bytes);
  CHECK(shown.http.chunks.max_trailers == usual.http.chunks.max_trailers);
  CHECK(shown.http.max_pipelined == usual.http.max_pipelined);
  CHECK(shown.http.early_discard_bytes == usual.http.early_discard_bytes);
  CHECK(shown.http.body_window == usual.http.body_window);
  CHECK(shown.http.write_high_mark == usual.http.write_high_mark);
  CHECK(shown.http.write_low_mark == usual.http.write_low_mark);
}

TEST_CASE("the log settings that the README shows as defaults are the defaults") {
  const auto shown = composed(blocks("yaml").at(0)).log;
  const auto usual = composed("").log;
  CHECK(shown.minimum == usual.minimum);
  CHECK(shown.output.style == usual.output.style);
  CHECK(shown.output.to_stderr == usual.output.to_stderr);
  CHECK(shown.output.rotate_bytes == usual.output.rotate_bytes);
  CHECK(shown.output.rotate_files == usual.output.rotate_files);
}

TEST_CASE("the README's example of everything else is valid, and its defaults are the defaults") {
  const auto made = composed(blocks("yaml").at(1));
  REQUIRE(made.server.tls);
  const candela::net::tls_options usual;
  CHECK(made.server.tls->resumption == usual.resumption);
  CHECK(made.server.tls->handshake_timeout == usual.handshake_timeout);
  const candela::route_options options;
  CHECK(options.deadline == std::chrono::seconds(30));
  CHECK(options.max_body_bytes == 1024 * 1024);
  CHECK(made.routes.size() == 8);
  CHECK(made.plugins.size() == 1);
}

TEST_CASE("the database settings that the README shows as defaults are the defaults") {
  const auto made = composed(blocks("yaml").at(2));
  REQUIRE(made.database);
  candela::db::settings usual;
  usual.url = made.database->settings.url;
  CHECK(made.database->settings == usual);
}

TEST_CASE("the README's example of security is valid, and the orders service has its stages") {
  const auto made = composed(blocks("yaml").at(3));
  const std::string example = content_of("examples/orders/service.yml");
  REQUIRE(made.entry.size() == 3);
  for (const auto& stage : made.entry) CHECK_MESSAGE(example.find("- " + stage.name) != std::string::npos, stage.name);
  REQUIRE(made.chains.size() == 1);
  CHECK(made.routes.size() == 2);
  CHECK(composed(blocks("yaml").at(4)).store.settings.redis == "redis://127.0.0.1:6379/0");
}
