// Numbers, atoms, dynamic values, and the writer's commas.
#include <candela/json/writer.hpp>
#include <charconv>
#include <cmath>

namespace candela::json {
namespace {

// The longest forms: "-9223372036854775808" and "-2.2250738585072014e-308".
constexpr std::size_t integer_room = 20;
constexpr std::size_t float_room = 32;

template <class Integer>
void put_integer(output& out, Integer number) {
  char* const target = out.reserve(integer_room);
  out.advance(std::to_chars(target, target + integer_room, number).ptr);
}

// Whole numbers beyond 64 bits take an exponent, since readers take digits alone for an integer; and the sign of zero
// needs a fraction to survive.
template <class Float>
void put_float(output& out, Float number) {
  constexpr Float beyond_integers = 1e18F;
  if (!std::isfinite(number)) return write_null(out);
  if (number == 0 && std::signbit(number)) return out.append("-0.0");
  char* const target = out.reserve(float_room);
  char* const end = target + float_room;
  const bool exponent = std::abs(number) >= beyond_integers;
  out.advance(exponent ? std::to_chars(target, end, number, std::chars_format::scientific).ptr
                       : std::to_chars(target, end, number).ptr);
}

void write_elements(output& out, std::span<const value> items) { write_sequence(out, items); }

void write_object(output& out, std::span<const member> members) {
  writer json(out);
  json.begin_object();
  for (const member& each : members) json.member(each.name, each.item);
  json.end_object();
}

}  // namespace

void write_number(output& out, std::int64_t number) { put_integer(out, number); }
void write_number(output& out, std::uint64_t number) { put_integer(out, number); }
void write_number(output& out, double number) { put_float(out, number); }
void write_number(output& out, float number) { put_float(out, number); }

void write_bool(output& out, bool truth) { out.append(truth ? std::string_view("true") : std::string_view("false")); }
void write_null(output& out) { out.append("null"); }

void write_value(output& out, const value& item) {
  switch (item.type()) {
    case value::kind::null: return write_null(out);
    case value::kind::boolean: return write_bool(out, *item.boolean());
    case value::kind::integer: return write_number(out, *item.integer());
    case value::kind::unsigned_integer: return write_number(out, *item.unsigned_integer());
    case value::kind::floating: return write_number(out, *item.number());
    case value::kind::string: return write_string(out, *item.string());
    case value::kind::array: return write_elements(out, item.elements());
    case value::kind::object: return write_object(out, item.members());
  }
}

writer& writer::key(std::string_view name) {
  separate();
  write_string(out_, name);
  out_.append(':');
  after_value_ = false;
  return *this;
}

writer& writer::null() {
  separate();
  write_null(out_);
  return *this;
}

writer& writer::raw(std::string_view text) {
  separate();
  out_.append(text);
  return *this;
}

writer& writer::open(char bracket) {
  separate();
  out_.append(bracket);
  after_value_ = false;
  return *this;
}

writer& writer::close(char bracket) {
  out_.append(bracket);
  after_value_ = true;
  return *this;
}

}  // namespace candela::json
