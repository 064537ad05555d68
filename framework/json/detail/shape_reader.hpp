// Fills typed objects from a parsed document, by the tables of their types. Private.
#pragma once

#include <simdjson.h>

#include <candela/core/arena.hpp>
#include <candela/json/detail/failure.hpp>
#include <candela/json/detail/tree_builder.hpp>
#include <candela/json/reader.hpp>
#include <candela/json/shape.hpp>
#include <cstddef>
#include <cstdint>
#include <string>

namespace candela::json::detail {

/// Every function answers false when the text is refused, with `wrong` telling why. `depth` counts the arrays and
/// objects around an element.
class shape_reader {
 public:
  using element = simdjson::dom::element;

  shape_reader(arena& memory, const read_options& options, failure& wrong)
      : memory_(memory), options_(options), wrong_(wrong), tree_(memory, options.max_depth, wrong) {}

  bool read(const shape& type, void* target, element from, std::size_t depth);

 private:
  bool read_boolean(void* target, element from);
  bool read_signed(const shape& type, void* target, element from);
  bool read_unsigned(const shape& type, void* target, element from);
  bool read_floating(const shape& type, void* target, element from);
  bool read_text(const shape& type, void* target, element from);
  bool read_enumerator(const shape& type, void* target, element from);
  bool read_optional(const shape& type, void* target, element from, std::size_t depth);
  bool read_sequence(const shape& type, void* target, element from, std::size_t depth);
  bool read_fixed_sequence(const shape& type, void* target, element from, std::size_t depth);
  bool read_dictionary(const shape& type, void* target, element from, std::size_t depth);
  bool read_object(const shape& type, void* target, element from, std::size_t depth);
  bool check_complete(const shape& type, std::uint64_t seen);
  bool unknown(const shape& type, const simdjson::dom::key_value_pair& from, std::size_t ordinal, std::size_t depth);
  bool may_enter(element from, std::size_t depth);
  bool check_depth(element from, std::size_t depth);
  bool check_elements(simdjson::dom::array elements, std::size_t depth);
  bool check_members(simdjson::dom::object members, std::size_t depth);

  bool mismatch(const shape& type, element from);

  arena& memory_;
  const read_options& options_;
  failure& wrong_;
  tree_builder tree_;
};

/// What a type takes, in an error's words: "an integer from 0 to 255".
[[nodiscard]] std::string expectation_of(const shape& type);

}  // namespace candela::json::detail
