// What a file includes, and which floor of the house a path stands on.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace candela::structure {

/// One `#include` line: the name between the brackets or quotes, and the line's number from 1.
struct include_line {
  std::string name;
  std::size_t line;
};

/// The `#include` lines of a C++ text in order.
std::vector<include_line> includes_of(std::string_view text);

/// A room of the house: its folder (`framework/json`, `middleware`) and its floor, 1 at the bottom.
struct room {
  std::string_view folder;
  int floor;
};

/// The room that a project path stands in; nothing for a path in no room (tests, tools).
std::optional<room> room_of(std::string_view path);

/// The project path that an include name means (`candela/json/writer.hpp` is `framework/json/writer.hpp`); nothing when
/// it is no header of the project.
std::optional<std::string> project_path(std::string_view include_name);

/// Says what is wrong when `path` includes `include_name`: the other room stands no lower. Empty when it may.
std::string floor_complaint(std::string_view path, std::string_view include_name);

/// The files that an include circle goes through, the first one twice; empty when there is none.
/// `includes` maps each file to the files that it includes.
std::vector<std::string> include_circle(const std::map<std::string, std::vector<std::string>>& includes);

/// True when a public header may include `name`: the language's own headers, candela's public ones.
bool may_stand_in_public_header(std::string_view name);

}  // namespace candela::structure
