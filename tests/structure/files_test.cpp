#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "tests/structure/source_tree.hpp"

using namespace candela::structure;

namespace {

constexpr std::size_t most_lines = 400;

// Files that may be longer, each with its reason.
struct long_file {
  std::string_view path;
  std::string_view reason;
};
constexpr std::array<long_file, 0> long_files{};

bool may_be_long(std::string_view path) {
  return std::ranges::any_of(long_files, [&](const long_file& entry) { return entry.path == path; });
}

// Written in two parts, so that this file does not name what it looks for.
constexpr std::array<std::string_view, 4> machine_paths{
    "/wo"
    "rk/",
    "/ro"
    "ot/",
    "/ho"
    "me/",
    "/fa"
    "rm/"};

bool begins_a_path(std::string_view text, std::size_t position) {
  if (position == 0) return true;
  const char before = text[position - 1];
  const bool part_of_a_name = (before >= 'a' && before <= 'z') || (before >= 'A' && before <= 'Z') ||
                              (before >= '0' && before <= '9') || before == '_' || before == '.' || before == '/' ||
                              before == '-' || before == '}' || before == '*';
  return !part_of_a_name;
}

bool names_a_machine(std::string_view text, std::string_view machine_path) {
  for (auto at = text.find(machine_path); at != std::string_view::npos; at = text.find(machine_path, at + 1)) {
    if (begins_a_path(text, at)) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("a file is short enough to be read at once") {
  for (const source_file& file : source_tree()) {
    if (!file.is_cpp() || may_be_long(file.path)) continue;
    const std::size_t lines = lines_of(file.text).size();
    CHECK_MESSAGE(lines <= most_lines, file.path << " has " << lines << " lines");
  }
}

TEST_CASE("a header is guarded by pragma once and begins by saying what it is for") {
  for (const source_file& file : source_tree()) {
    if (!file.path.ends_with(".hpp")) continue;
    CHECK_MESSAGE(file.text.find("\n#pragma once\n") != std::string::npos, file.path << " has no #pragma once");
    CHECK_MESSAGE(file.text.starts_with("//"), file.path << " does not begin with a comment");
  }
}

TEST_CASE("the search for paths of one machine tells them from other paths") {
  const std::string_view root_path = machine_paths[1];
  CHECK(names_a_machine("x = \"" + std::string(root_path) + "file\"", root_path));
  CHECK_FALSE(names_a_machine("${prefix}" + std::string(root_path) + "file", root_path));
  CHECK_FALSE(names_a_machine("https://host" + std::string(root_path) + "file", root_path));
}

TEST_CASE("nothing names a path of one machine") {
  for (const source_file& file : source_tree()) {
    for (const std::string_view machine_path : machine_paths) {
      CHECK_MESSAGE(!names_a_machine(file.text, machine_path), file.path << " names " << machine_path);
    }
  }
}
