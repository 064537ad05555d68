// One function for each kind of table.
#include <candela/json/detail/diagnosis.hpp>
#include <candela/json/detail/shape_reader.hpp>
#include <cmath>
#include <cstring>
#include <limits>

namespace candela::json::detail {
namespace {

using simdjson::dom::element_type;

template <class Narrow, class Wide>
bool store(void* target, Wide number) {
  if (number < std::numeric_limits<Narrow>::min() || number > std::numeric_limits<Narrow>::max()) return false;
  const auto narrow = static_cast<Narrow>(number);
  std::memcpy(target, &narrow, sizeof narrow);
  return true;
}

bool store_signed(void* target, std::size_t bytes, std::int64_t number) {
  switch (bytes) {
    case 1: return store<std::int8_t>(target, number);
    case 2: return store<std::int16_t>(target, number);
    case 4: return store<std::int32_t>(target, number);
    default: return store<std::int64_t>(target, number);
  }
}

bool store_unsigned(void* target, std::size_t bytes, std::uint64_t number) {
  switch (bytes) {
    case 1: return store<std::uint8_t>(target, number);
    case 2: return store<std::uint16_t>(target, number);
    case 4: return store<std::uint32_t>(target, number);
    default: return store<std::uint64_t>(target, number);
  }
}

// In most texts members come in the order of their description, so the search begins behind the last one found.
std::size_t index_of(const shape& type, std::string_view name, std::size_t first) {
  for (std::size_t i = first; i != type.count; ++i) {
    if (type.members[i].name == name) return i;
  }
  for (std::size_t i = 0; i != first; ++i) {
    if (type.members[i].name == name) return i;
  }
  return type.count;
}

std::string names_of(const shape& type) {
  if (type.count == 0) return "no members";
  std::string names = type.count == 1 ? "only the member " : "only the members ";
  for (std::size_t i = 0; i != type.count; ++i) {
    if (i != 0) names += ", ";
    names += type.members[i].name;
  }
  return names;
}

// Numbers are told as they are read, since "a number" alone wouldn't say what is wrong with it.
std::string found_in(simdjson::dom::element from) {
  switch (from.type()) {
    case element_type::INT64: return "the number " + std::to_string(from.get_int64().value_unsafe());
    case element_type::UINT64: return "the number " + std::to_string(from.get_uint64().value_unsafe());
    default: return kind_of(from);
  }
}

}  // namespace

bool shape_reader::read(const shape& type, void* target, element from, std::size_t depth) {
  switch (type.what) {
    case shape::kind::boolean: return read_boolean(target, from) || mismatch(type, from);
    case shape::kind::signed_integer: return read_signed(type, target, from) || mismatch(type, from);
    case shape::kind::unsigned_integer: return read_unsigned(type, target, from) || mismatch(type, from);
    case shape::kind::floating: return read_floating(type, target, from) || mismatch(type, from);
    case shape::kind::string:
    case shape::kind::view: return read_text(type, target, from) || mismatch(type, from);
    case shape::kind::enumeration: return read_enumerator(type, target, from) || mismatch(type, from);
    case shape::kind::tree: return tree_.build(from, depth, *static_cast<value*>(target));
    case shape::kind::optional: return read_optional(type, target, from, depth);
    case shape::kind::sequence: return read_sequence(type, target, from, depth);
    case shape::kind::fixed_sequence: return read_fixed_sequence(type, target, from, depth);
    case shape::kind::dictionary: return read_dictionary(type, target, from, depth);
    case shape::kind::object: return read_object(type, target, from, depth);
  }
  return false;
}

bool shape_reader::read_boolean(void* target, element from) {
  return from.get_bool().get(*static_cast<bool*>(target)) == simdjson::SUCCESS;
}

bool shape_reader::read_signed(const shape& type, void* target, element from) {
  if (!from.is<std::int64_t>()) return false;
  return store_signed(target, type.bytes, from.get_int64().value_unsafe());
}

bool shape_reader::read_unsigned(const shape& type, void* target, element from) {
  if (!from.is<std::uint64_t>()) return false;
  return store_unsigned(target, type.bytes, from.get_uint64().value_unsafe());
}

bool shape_reader::read_floating(const shape& type, void* target, element from) {
  double number = 0;
  if (from.get_double().get(number) != simdjson::SUCCESS) return false;
  if (type.bytes == sizeof(double)) {
    std::memcpy(target, &number, sizeof number);
    return true;
  }
  const auto narrow = static_cast<float>(number);
  if (!std::isfinite(narrow)) return false;
  std::memcpy(target, &narrow, sizeof narrow);
  return true;
}

bool shape_reader::read_text(const shape& type, void* target, element from) {
  std::string_view text;
  if (from.get_string().get(text) != simdjson::SUCCESS) return false;
  if (type.what == shape::kind::view) {
    *static_cast<std::string_view*>(target) = memory_.copy(text);
  } else {
    *static_cast<std::string*>(target) = text;
  }
  return true;
}

bool shape_reader::read_enumerator(const shape& type, void* target, element from) {
  std::string_view text;
  if (from.get_string().get(text) != simdjson::SUCCESS) return false;
  for (std::size_t i = 0; i != type.count; ++i) {
    if (type.enumerators[i].name != text) continue;
    type.enumerators[i].assign(target);
    return true;
  }
  return false;
}

bool shape_reader::read_optional(const shape& type, void* target, element from, std::size_t depth) {
  type.clear(target);
  if (from.is_null()) return true;
  return read(*type.inner, type.add(target), from, depth);
}

bool shape_reader::read_sequence(const shape& type, void* target, element from, std::size_t depth) {
  simdjson::dom::array elements;
  if (from.get_array().get(elements) != simdjson::SUCCESS) return mismatch(type, from);
  if (!may_enter(from, depth)) return false;
  type.clear(target);
  std::size_t ordinal = 0;
  for (const element each : elements) {
    if (!read(*type.inner, type.add(target), each, depth + 1)) return wrong_.within(ordinal);
    ++ordinal;
  }
  return true;
}

bool shape_reader::read_fixed_sequence(const shape& type, void* target, element from, std::size_t depth) {
  simdjson::dom::array elements;
  if (from.get_array().get(elements) != simdjson::SUCCESS) return mismatch(type, from);
  if (!may_enter(from, depth)) return false;
  const std::size_t count = children_of(elements);
  if (count != type.count) return wrong_.report(expectation_of(type), "one of " + std::to_string(count));
  std::size_t ordinal = 0;
  for (const element each : elements) {
    void* const place = static_cast<char*>(target) + ordinal * type.bytes;
    if (!read(*type.inner, place, each, depth + 1)) return wrong_.within(ordinal);
    ++ordinal;
  }
  return true;
}

bool shape_reader::read_dictionary(const shape& type, void* target, element from, std::size_t depth) {
  simdjson::dom::object entries;
  if (from.get_object().get(entries) != simdjson::SUCCESS) return mismatch(type, from);
  if (!may_enter(from, depth)) return false;
  type.clear(target);
  std::size_t ordinal = 0;
  for (const auto [name, item] : entries) {
    void* const place = type.insert(target, name);
    if (place == nullptr) return wrong_.report_name(name, ordinal, "each member once", "a second one of that name");
    if (!read(*type.inner, place, item, depth + 1)) return wrong_.within(name, ordinal);
    ++ordinal;
  }
  return true;
}

bool shape_reader::read_object(const shape& type, void* target, element from, std::size_t depth) {
  simdjson::dom::object members;
  if (from.get_object().get(members) != simdjson::SUCCESS) return mismatch(type, from);
  if (!may_enter(from, depth)) return false;
  std::uint64_t seen = 0;
  std::size_t expected_next = 0;
  std::size_t ordinal = 0;
  for (const simdjson::dom::key_value_pair each : members) {
    const std::size_t index = index_of(type, each.key, expected_next);
    if (index == type.count) {
      if (!unknown(type, each, ordinal, depth)) return false;
    } else {
      const std::uint64_t bit = std::uint64_t{1} << index;
      if (seen & bit) return wrong_.report_name(each.key, ordinal, "each member once", "a second one of that name");
      seen |= bit;
      const member_shape& known = type.members[index];
      if (!read(*known.type, known.at(target), each.value, depth + 1)) return wrong_.within(each.key, ordinal);
      expected_next = index + 1;
    }
    ++ordinal;
  }
  return check_complete(type, seen);
}

bool shape_reader::check_complete(const shape& type, std::uint64_t seen) {
  for (std::size_t i = 0; i != type.count; ++i) {
    const member_shape& known = type.members[i];
    const bool missing = known.required && (seen >> i & 1) == 0;
    if (missing) return wrong_.report_missing(known.name, expectation_of(*known.type));
  }
  return true;
}

bool shape_reader::unknown(const shape& type, const simdjson::dom::key_value_pair& from, std::size_t ordinal,
                           std::size_t depth) {
  if (options_.unknown == unknown_members::refuse) {
    return wrong_.report_name(from.key, ordinal, names_of(type), "an unknown member");
  }
  return check_depth(from.value, depth + 1) || wrong_.within(from.key, ordinal);
}

bool shape_reader::may_enter(element from, std::size_t depth) {
  if (depth < options_.max_depth) return true;
  return wrong_.report(depth_expectation(depth), from.is_array() ? "another array" : "another object");
}

bool shape_reader::check_depth(element from, std::size_t depth) {
  simdjson::dom::array elements;
  simdjson::dom::object members;
  const bool is_array = from.get_array().get(elements) == simdjson::SUCCESS;
  if (!is_array && from.get_object().get(members) != simdjson::SUCCESS) return true;
  if (!may_enter(from, depth)) return false;
  return is_array ? check_elements(elements, depth + 1) : check_members(members, depth + 1);
}

bool shape_reader::check_elements(simdjson::dom::array elements, std::size_t depth) {
  std::size_t ordinal = 0;
  for (const element each : elements) {
    if (!check_depth(each, depth)) return wrong_.within(ordinal);
    ++ordinal;
  }
  return true;
}

bool shape_reader::check_members(simdjson::dom::object members, std::size_t depth) {
  std::size_t ordinal = 0;
  for (const auto [name, item] : members) {
    if (!check_depth(item, depth)) return wrong_.within(name, ordinal);
    ++ordinal;
  }
  return true;
}

bool shape_reader::mismatch(const shape& type, element from) {
  return wrong_.report(expectation_of(type), found_in(from));
}

}  // namespace candela::json::detail
