#include "tests/structure/includes.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <set>

#include "tests/structure/source_tree.hpp"

namespace candela::structure {

namespace {

// The plan's floors. A longer folder stands before one that begins like it.
constexpr std::array rooms{
    room{"framework/core", 1},
    room{"framework/net", 2},
    room{"framework/json", 2},
    room{"framework/config", 2},
    room{"framework/http", 3},
    room{"framework/db", 3},
    room{"framework/html", 3},
    room{"framework/store", 3},
    room{"framework/jose", 3},
    room{"framework/server", 4},
    room{"framework/keys", 4},
    room{"framework/client", 4},
    room{"framework/discovery", 5},
    room{"framework/custody", 5},
    room{"framework/policy", 5},
    room{"framework/audit", 5},
    room{"middleware", 6},
    room{"handlers", 6},
    room{"framework/service", 7},
    room{"framework/command", 8},
    room{"examples", 9},
    room{"bench", 9},
};

// Headers of C and C++ as GCC 12 has them, which is all that a public header may name besides candela's own.
constexpr std::string_view language_headers =
    " algorithm array atomic bit bitset cassert cctype cerrno charconv chrono climits cmath compare complex concepts "
    "condition_variable coroutine csignal cstdarg cstddef cstdint cstdio cstdlib cstring ctime deque exception "
    "expected filesystem forward_list fstream functional future initializer_list iomanip ios iosfwd iostream istream "
    "iterator latch limits list locale map memory memory_resource mutex new numbers numeric optional ostream queue "
    "random ranges ratio regex semaphore set shared_mutex source_location span sstream stack stdexcept stop_token "
    "string "
    "string_view system_error thread tuple type_traits typeindex typeinfo unordered_map unordered_set utility variant "
    "vector ";

bool lies_in(std::string_view path, std::string_view folder) {
  return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
}

std::string_view trim_left(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  return text;
}

std::string_view included_name(std::string_view line) {
  line = trim_left(line);
  if (!line.starts_with('#')) return {};
  line = trim_left(line.substr(1));
  if (!line.starts_with("include")) return {};
  line = trim_left(line.substr(7));
  if (line.empty() || (line[0] != '<' && line[0] != '"')) return {};
  const auto end = line.find(line[0] == '<' ? '>' : '"', 1);
  return end == std::string_view::npos ? std::string_view() : line.substr(1, end - 1);
}

// Follows includes from one file to the next and remembers the way.
class circle_search {
 public:
  explicit circle_search(const std::map<std::string, std::vector<std::string>>& includes) : includes_(includes) {}

  bool finds_circle_from(const std::string& file) {
    if (seen_.contains(file)) return false;
    const bool passed_before = std::ranges::find(way_, file) != way_.end();
    way_.push_back(file);
    if (passed_before) return true;
    const auto entry = includes_.find(file);
    if (entry != includes_.end()) {
      for (const std::string& next : entry->second) {
        if (finds_circle_from(next)) return true;
      }
    }
    way_.pop_back();
    seen_.insert(file);
    return false;
  }

  [[nodiscard]] std::vector<std::string> circle() const { return {std::ranges::find(way_, way_.back()), way_.end()}; }

 private:
  const std::map<std::string, std::vector<std::string>>& includes_;
  std::vector<std::string> way_;
  std::set<std::string> seen_;
};

}  // namespace

std::vector<std::string> include_circle(const std::map<std::string, std::vector<std::string>>& includes) {
  circle_search search(includes);
  for (const auto& entry : includes) {
    if (search.finds_circle_from(entry.first)) return search.circle();
  }
  return {};
}

std::vector<include_line> includes_of(std::string_view text) {
  std::vector<include_line> found;
  std::size_t number = 0;
  for (const auto line : lines_of(text)) {
    ++number;
    const auto name = included_name(line);
    if (!name.empty()) found.push_back({std::string(name), number});
  }
  return found;
}

std::optional<room> room_of(std::string_view path) {
  for (const room& candidate : rooms) {
    if (lies_in(path, candidate.folder)) return candidate;
  }
  return std::nullopt;
}

std::optional<std::string> project_path(std::string_view include_name) {
  if (lies_in(include_name, "candela")) {
    const std::string_view inside = include_name.substr(8);
    const bool beside_framework = lies_in(inside, "middleware") || lies_in(inside, "handlers");
    return (beside_framework ? "" : "framework/") + std::string(inside);
  }
  if (room_of(include_name)) return std::string(include_name);
  return std::nullopt;
}

std::string floor_complaint(std::string_view path, std::string_view include_name) {
  const auto target = project_path(include_name);
  if (!target) return {};
  const auto from = room_of(path);
  const auto to = room_of(*target);
  if (!from || !to || from->folder == to->folder || to->floor < from->floor) return {};
  return std::string(path) + " includes " + std::string(include_name) + ": floor " + std::to_string(to->floor) +
         " is not below floor " + std::to_string(from->floor);
}

bool may_stand_in_public_header(std::string_view name) {
  if (language_headers.find(" " + std::string(name) + " ") != std::string_view::npos) return true;
  return lies_in(name, "candela") && name.find("/detail/") == std::string_view::npos;
}

}  // namespace candela::structure
