// From method and path to a route. A path without parameters costs one hash.
#pragma once

#include <array>
#include <candela/core/arena.hpp>
#include <candela/http/method.hpp>
#include <candela/http/request_sink.hpp>
#include <candela/server/route.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace candela {

/// What was found. Parameters are views into the path, or into the arena where an escape had to be decoded.
struct route_match {
  const candela::route* route = nullptr;
  std::array<std::string_view, http::head_memo::max_parameters> parameters;
  std::uint8_t parameter_count = 0;
  bool decoded = false;  ///< some parameter stands in the arena
};

/// The routes of one worker's generation. Filled at start-up, then only read.
///
/// Patterns are made of literal segments, `{name}` (one non-empty segment) and, at the end, `{name...}` (the rest of
/// the path, which may be empty). A literal goes before a parameter, a parameter before a rest; what a segment decodes
/// to is compared, so that
/// `/caf%C3%A9` and its raw form are one. An encoded slash belongs to its segment.
class router {
 public:
  router();
  router(const router&) = delete;
  router& operator=(const router&) = delete;
  ~router();

  /// What stands on a path: routes by method, and what answers for the methods that are missing.
  struct path_entry {
    std::string pattern;
    std::vector<std::string> parameters;
    std::array<const route*, http::method_count> by_method{};
    const route* options = nullptr;      ///< answers OPTIONS where no route was declared for it
    const route* not_allowed = nullptr;  ///< answers 405
    [[nodiscard]] const route* find(http::method method) const noexcept;
    /// The Allow field's value.
    [[nodiscard]] std::string allow() const;
  };

  /// The entry of a pattern, made if it is new. Throws `std::invalid_argument` for a malformed pattern, and for one
  /// that differs from another only in the names of its parameters.
  path_entry& at(std::string_view pattern);

  /// Fills `match`; false when no pattern fits. `path` is raw, `escaped` says whether it has a '%'. Malformed escapes
  /// never get here: the codec refuses them. The entry found by path alone; the caller picks the method.
  [[nodiscard]] const path_entry* find(std::string_view path, bool escaped, arena& memory, route_match& match) const;

  /// Every entry, in the order of declaration.
  [[nodiscard]] const std::vector<std::unique_ptr<path_entry>>& entries() const noexcept { return entries_; }

 private:
  struct node;
  struct search;
  struct static_slot {
    std::uint64_t hash = 0;
    const path_entry* entry = nullptr;
    std::string_view path;
  };

  void add_static(std::string_view path, const path_entry& entry);
  void place(static_slot slot) noexcept;

  std::vector<std::unique_ptr<path_entry>> entries_;
  std::vector<static_slot> statics_;
  std::size_t static_count_ = 0;
  std::uint64_t static_lengths_ = 0;  // bit n: a path without parameters has n bytes (63: or more)
  std::unique_ptr<node> root_;
  bool dynamic_ = false;
};

}  // namespace candela
