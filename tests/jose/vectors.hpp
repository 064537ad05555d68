// The examples of the RFCs, as files beside the tests.
#pragma once

#include <candela/core/arena.hpp>
#include <candela/json/reader.hpp>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>

namespace candela::testing {

inline std::string vector_text(const std::string& name) {
  std::ifstream file(JOSE_VECTORS "/" + name, std::ios::binary);
  if (!file) throw std::runtime_error("no example " + name);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

/// The example as JSON; valid as long as the arena's content.
inline json::value vector_json(const std::string& name, arena& memory) {
  const std::string text = vector_text(name);
  return json::parse<json::value>(text, memory).value();
}

}  // namespace candela::testing
