// The words for what a type takes.
#include <candela/json/detail/shape_reader.hpp>
#include <cstdint>

namespace candela::json::detail {
namespace {

std::string signed_range(std::size_t bytes) {
  const std::int64_t greatest = INT64_MAX >> (64 - 8 * bytes);
  return "an integer from " + std::to_string(-greatest - 1) + " to " + std::to_string(greatest);
}

std::string unsigned_range(std::size_t bytes) {
  return "an integer from 0 to " + std::to_string(UINT64_MAX >> (64 - 8 * bytes));
}

std::string one_of_names(const shape& type) {
  std::string names = "one of";
  for (std::size_t i = 0; i != type.count; ++i) {
    names += i == 0 ? " " : ", ";
    names += '"' + std::string(type.enumerators[i].name) + '"';
  }
  return names;
}

}  // namespace

std::string expectation_of(const shape& type) {
  switch (type.what) {
    case shape::kind::boolean: return "true or false";
    case shape::kind::signed_integer: return signed_range(type.bytes);
    case shape::kind::unsigned_integer: return unsigned_range(type.bytes);
    case shape::kind::floating: return "a number";
    case shape::kind::string:
    case shape::kind::view: return "a string";
    case shape::kind::tree: return "a value";
    case shape::kind::optional: return expectation_of(*type.inner) + " or null";
    case shape::kind::sequence: return "an array";
    case shape::kind::fixed_sequence: return "an array of " + std::to_string(type.count) + " elements";
    case shape::kind::dictionary:
    case shape::kind::object: return "an object";
    case shape::kind::enumeration: return one_of_names(type);
  }
  return {};
}

}  // namespace candela::json::detail
