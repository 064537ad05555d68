// What the tests of the configuration room share: an environment from a table, and the text of an error.
#pragma once

#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <candela/config/environment.hpp>
#include <candela/config/error.hpp>
#include <candela/config/parse.hpp>

namespace candela::config {

inline environment variables(std::initializer_list<std::pair<const std::string, std::string>> table = {}) {
  return [known = std::map<std::string, std::string>(table)](const std::string& name) -> std::optional<std::string> {
    const auto found = known.find(name);
    if (found == known.end()) return std::nullopt;
    return found->second;
  };
}

inline node parse(std::string_view text, const environment& known = variables()) {
  return parse_text(text, "service.yml", known);
}

/// The message that `action` fails with; empty when it does not fail.
template <class Action>
std::string failure(Action action) {
  try {
    static_cast<void>(action());
  } catch (const error& mistake) {
    return mistake.what();
  }
  return {};
}

}  // namespace candela::config
