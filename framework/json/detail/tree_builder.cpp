// Each array and object becomes one block of the arena.
#include <algorithm>
#include <candela/json/detail/diagnosis.hpp>
#include <candela/json/detail/tree_builder.hpp>
#include <span>
#include <string_view>

namespace candela::json::detail {

using simdjson::dom::element_type;

namespace {

// Few names are compared each with each; more are sorted, so that a large object doesn't cost quadratic time.
constexpr std::size_t few_members = 8;

// The index of the first member that repeats the name of one before it; the count when there is none.
std::size_t repeated_among_few(std::span<const member> members) {
  for (std::size_t i = 1; i < members.size(); ++i) {
    const auto before = members.first(i);
    if (std::ranges::find(before, members[i].name, &member::name) != before.end()) return i;
  }
  return members.size();
}

}  // namespace

const char* kind_of(simdjson::dom::element element) noexcept {
  switch (element.type()) {
    case element_type::ARRAY: return "an array";
    case element_type::OBJECT: return "an object";
    case element_type::STRING: return "a string";
    case element_type::BOOL: return "true or false";
    case element_type::NULL_VALUE: return "null";
    default: return "a number";
  }
}

bool tree_builder::build(simdjson::dom::element from, std::size_t depth, value& into) {
  switch (from.type()) {
    case element_type::ARRAY: return build_array(from.get_array().value_unsafe(), depth, into);
    case element_type::OBJECT: return build_object(from.get_object().value_unsafe(), depth, into);
    case element_type::STRING: into = value(memory_.copy(from.get_string().value_unsafe())); break;
    case element_type::BOOL: into = value(from.get_bool().value_unsafe()); break;
    case element_type::INT64: into = value(from.get_int64().value_unsafe()); break;
    case element_type::UINT64: into = value(from.get_uint64().value_unsafe()); break;
    case element_type::DOUBLE: into = value(from.get_double().value_unsafe()); break;
    case element_type::NULL_VALUE: into = value(); break;
  }
  return true;
}

// A container is told of before its children are read, so that whoever overwrites a tree finds the parts of one that
// was refused, too.
bool tree_builder::build_array(simdjson::dom::array from, std::size_t depth, value& into) {
  if (depth == max_depth_) return too_deep(depth, "another array");
  const std::span<value> elements = memory_.make_array<value>(children_of(from));
  into = value(std::span<const value>(elements));
  std::size_t ordinal = 0;
  for (const simdjson::dom::element each : from) {
    if (!build(each, depth + 1, elements[ordinal])) return wrong_.within(ordinal);
    ++ordinal;
  }
  return true;
}

bool tree_builder::build_object(simdjson::dom::object from, std::size_t depth, value& into) {
  if (depth == max_depth_) return too_deep(depth, "another object");
  const std::span<member> members = memory_.make_array<member>(children_of(from));
  into = value(std::span<const member>(members));
  std::size_t ordinal = 0;
  for (const auto [name, item] : from) {
    members[ordinal].name = memory_.copy(name);
    if (!build(item, depth + 1, members[ordinal].item)) return wrong_.within(name, ordinal);
    ++ordinal;
  }
  return names_differ(members);
}

bool tree_builder::names_differ(std::span<const member> members) {
  const std::size_t repeated =
      members.size() <= few_members ? repeated_among_few(members) : repeated_among_many(members);
  if (repeated == members.size()) return true;
  return wrong_.report_name(members[repeated].name, repeated, "each member once", "a second one of that name");
}

std::size_t tree_builder::repeated_among_many(std::span<const member> members) {
  const std::span<std::string_view> names = memory_.make_array<std::string_view>(members.size());
  std::ranges::transform(members, names.begin(), &member::name);
  std::ranges::sort(names);
  const auto twin = std::ranges::adjacent_find(names);
  if (twin == names.end()) return members.size();
  const auto first = std::ranges::find(members, *twin, &member::name);
  const auto second = std::ranges::find(first + 1, members.end(), *twin, &member::name);
  return static_cast<std::size_t>(second - members.begin());
}

bool tree_builder::too_deep(std::size_t depth, const char* found) {
  return wrong_.report(depth_expectation(depth), found);
}

}  // namespace candela::json::detail
