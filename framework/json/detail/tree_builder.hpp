// Dynamic values out of a parsed document. Private.
#pragma once

#include <simdjson.h>

#include <candela/core/arena.hpp>
#include <candela/json/detail/failure.hpp>
#include <candela/json/value.hpp>
#include <cstddef>
#include <span>

namespace candela::json::detail {

/// Builds values in an arena, with the limits that hold for every reading: depth, and each name once per object.
class tree_builder {
 public:
  tree_builder(arena& memory, std::size_t max_depth, failure& wrong)
      : memory_(memory), max_depth_(max_depth), wrong_(wrong) {}

  /// `depth` counts the arrays and objects around `from`. False when it is refused, with `wrong` telling why.
  bool build(simdjson::dom::element from, std::size_t depth, value& into);

 private:
  bool build_array(simdjson::dom::array from, std::size_t depth, value& into);
  bool build_object(simdjson::dom::object from, std::size_t depth, value& into);
  bool names_differ(std::span<const member> members);
  std::size_t repeated_among_many(std::span<const member> members);
  bool too_deep(std::size_t depth, const char* found);

  arena& memory_;
  std::size_t max_depth_;
  failure& wrong_;
};

/// What an element is, in an error's words.
[[nodiscard]] const char* kind_of(simdjson::dom::element element) noexcept;

/// Children of an array or an object. simdjson's own count ends at 2^24 - 1.
template <class Container>
[[nodiscard]] std::size_t children_of(const Container& container) noexcept {
  constexpr std::size_t saturated = 0xFFFFFF;
  if (const std::size_t count = container.size(); count < saturated) return count;
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& child : container) ++count;
  return count;
}

}  // namespace candela::json::detail
