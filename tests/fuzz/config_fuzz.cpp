// Any bytes as a configuration file: they become a tree or a `config::error`, never anything else, and a tree that was
// accepted can be read as every type, merged and shown.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include <candela/config/dump.hpp>
#include <candela/config/error.hpp>
#include <candela/config/merge.hpp>
#include <candela/config/parse.hpp>
#include <candela/config/reader.hpp>

namespace {

using namespace candela;

// Stands for a secret: no message may contain it.
constexpr std::string_view hidden = "hUnTeR2";

std::optional<std::string> variable(const std::string& name) {
  if (name == "A") return std::string(hidden);
  if (name == "N") return "8080";
  if (name == "E") return "";
  return std::nullopt;
}

void require(bool holds) {
  if (!holds) std::abort();
}

template <class Action>
void attempt(std::string_view document, Action action) {
  try {
    action();
  } catch (const config::error& mistake) {
    const std::string_view message = mistake.what();
    require(!message.empty());
    require(message.find(hidden) == message.npos || document.find(hidden) != document.npos);
  }
}

void read_as_everything(std::string_view document, const config::node& value, int budget) {
  constexpr std::string_view names[] = {"debug", "info", "warning"};
  attempt(document, [&] { static_cast<void>(value.as_boolean()); });
  attempt(document, [&] { require(value.as_integer({1, 100}) <= 100); });
  attempt(document, [&] { require(value.as_number({-1, 1}) <= 1); });
  attempt(document, [&] { static_cast<void>(value.as_string()); });
  attempt(document, [&] { static_cast<void>(value.as_strings()); });
  attempt(document, [&] { require(value.as_size({1, 4096}) <= 4096); });
  attempt(document, [&] { require(value.as_duration().count() >= 0); });
  attempt(document, [&] { static_cast<void>(value.as_path()); });
  attempt(document, [&] { require(value.as_choice(names) < 3); });
  attempt(document, [&] { static_cast<void>(value.as_named().options.get("limit")); });
  attempt(document, [&] {
    config::reader settings(value);
    static_cast<void>(settings.integer<std::uint16_t>("port", 80));
    static_cast<void>(settings.section("tls").duration("idle", std::chrono::seconds(1)));
    settings.finish();
  });
  if (budget == 0) return;
  attempt(document, [&] {
    for (const auto& member : value.members()) read_as_everything(document, member.value, budget - 1);
  });
  attempt(document, [&] {
    for (const auto& item : value.items()) read_as_everything(document, item, budget - 1);
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view document(reinterpret_cast<const char*>(data), size);
  attempt(document, [&] {
    const config::node tree = config::parse_text(document, "service.yml", variable);
    const std::string shown = config::dump(tree);
    require(config::dump(config::merge(tree, tree)) == shown);
    require(config::dump(config::parse_text(shown, "dump.yml", variable)) == shown ||
            document.find("$") != document.npos);
    if (shown.size() < 4096) read_as_everything(document, tree, 4);
  });
  return 0;
}
