#include <algorithm>
#include <candela/db/postgres/detail/parameter_encoding.hpp>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

namespace candela::db::postgres {

namespace {

// PostgreSQL counts from 2000-01-01.
constexpr std::int64_t epoch_microseconds = 946'684'800'000'000;
constexpr std::size_t longest_scalar = 40;
constexpr std::size_t array_head = 20;

enum class written : std::uint8_t { good, not_this_way, refused };

char* put_text(char* at, std::string_view text) noexcept {
  if (!text.empty()) std::memcpy(at, text.data(), text.size());
  return at + text.size();
}

char* put_hex(char* at, std::string_view bytes) noexcept {
  static constexpr char digits[] = "0123456789abcdef";
  *at++ = '\\';
  *at++ = 'x';
  for (const char byte : bytes) {
    *at++ = digits[static_cast<unsigned char>(byte) >> 4];
    *at++ = digits[static_cast<unsigned char>(byte) & 15];
  }
  return at;
}

template <class Unsigned, class Signed>
written put_integer(std::int64_t value, char*& at) noexcept {
  if (!std::in_range<Signed>(value)) return written::refused;
  at = put(at, static_cast<Unsigned>(value));
  return written::good;
}

template <class Real, class Unsigned>
written put_real(double value, char*& at) noexcept {
  const Real narrowed = static_cast<Real>(value);
  if (std::isinf(narrowed) && !std::isinf(value)) return written::refused;
  at = put(at, std::bit_cast<Unsigned>(narrowed));
  return written::good;
}

written integer_binary(std::int64_t value, sql_type type, char*& at) noexcept {
  switch (type) {
    case sql_type::int4: return put_integer<std::uint32_t, std::int32_t>(value, at);
    case sql_type::int8: return put_integer<std::uint64_t, std::int64_t>(value, at);
    case sql_type::int2: return put_integer<std::uint16_t, std::int16_t>(value, at);
    case sql_type::oid: return put_integer<std::uint32_t, std::uint32_t>(value, at);
    case sql_type::float8: return put_real<double, std::uint64_t>(static_cast<double>(value), at);
    case sql_type::float4: return put_real<float, std::uint32_t>(static_cast<double>(value), at);
    default: return written::not_this_way;
  }
}

bool is_text(sql_type type) noexcept {
  return type == sql_type::text || type == sql_type::varchar || type == sql_type::bpchar || type == sql_type::name;
}

bool has_nul(const parameter& value) noexcept {
  return value.size != 0 && std::memchr(value.data, 0, value.size) != nullptr;
}

written scalar_binary(const parameter& value, sql_type type, char*& at) noexcept {
  switch (value.what) {
    case parameter::kind::integer: return integer_binary(value.integer, type, at);
    case parameter::kind::boolean:
      if (type != sql_type::boolean) return written::not_this_way;
      *at++ = static_cast<char>(value.integer);
      return written::good;
    case parameter::kind::real:
      if (type == sql_type::float8) return put_real<double, std::uint64_t>(value.real, at);
      if (type == sql_type::float4) return put_real<float, std::uint32_t>(value.real, at);
      return written::not_this_way;
    case parameter::kind::text:
      if (!is_text(type)) return written::not_this_way;
      if (has_nul(value)) return written::refused;
      at = put_text(at, value.bytes());
      return written::good;
    case parameter::kind::bytes:
      if (type != sql_type::bytea) return written::not_this_way;
      at = put_text(at, value.bytes());
      return written::good;
    case parameter::kind::time:
      if (type != sql_type::timestamptz && type != sql_type::timestamp) return written::not_this_way;
      if (value.integer < std::numeric_limits<std::int64_t>::min() + epoch_microseconds) return written::refused;
      at = put(at, static_cast<std::uint64_t>(value.integer - epoch_microseconds));
      return written::good;
    case parameter::kind::uuid:
      if (type != sql_type::uuid) return written::not_this_way;
      at = put_text(at, value.bytes());
      return written::good;
    default: return written::not_this_way;
  }
}

template <class Number>
char* put_number(char* at, Number value) noexcept {
  return std::to_chars(at, at + longest_scalar, value).ptr;
}

char* put_uuid(char* at, const parameter& value) noexcept {
  uuid id;
  std::memcpy(id.bytes.data(), value.data, id.bytes.size());
  id.write(at);
  return at + 36;
}

written scalar_text(const parameter& value, char*& at) noexcept {
  switch (value.what) {
    case parameter::kind::boolean: at = put_text(at, value.integer != 0 ? "t" : "f"); break;
    case parameter::kind::integer: at = put_number(at, value.integer); break;
    case parameter::kind::natural: at = put_number(at, value.natural); break;
    case parameter::kind::real: at = put_number(at, value.real); break;
    case parameter::kind::text:
    case parameter::kind::json:
      if (has_nul(value)) return written::refused;
      at = put_text(at, value.bytes());
      break;
    case parameter::kind::bytes: at = put_hex(at, value.bytes()); break;
    case parameter::kind::time: at += write_timestamp(at, timestamp(std::chrono::microseconds(value.integer))); break;
    case parameter::kind::uuid: at = put_uuid(at, value); break;
    default: return written::refused;
  }
  return written::good;
}

void put_length(char* length_at, const char* end) noexcept {
  put(length_at, static_cast<std::uint32_t>(end - length_at - 4));
}

written array_binary(const parameter& value, sql_type type, char*& at) noexcept {
  const sql_type element = element_of(type);
  if (element == sql_type::unknown) return written::not_this_way;
  char* head = at;
  bool has_null = false;
  at += array_head;
  for (std::size_t i = 0; i != value.size; ++i) {
    const parameter each = value.at(i);
    char* length_at = at;
    at += 4;
    if (each.what == parameter::kind::null) {
      has_null = true;
      put(length_at, 0xFFFF'FFFFU);
      continue;
    }
    const written how = scalar_binary(each, element, at);
    if (how != written::good) return how;
    put_length(length_at, at);
  }
  head = put(head, value.size == 0 ? 0U : 1U);
  head = put(head, has_null ? 1U : 0U);
  head = put(head, std::to_underlying(element));
  head = put(head, static_cast<std::uint32_t>(value.size));
  put(head, 1U);
  // An empty array has no dimension.
  if (value.size == 0) at -= 8;
  return written::good;
}

// Section 8.15.2: quotes and backslashes are escaped within quotes.
written quoted_text(const parameter& value, char*& at) noexcept {
  *at++ = '"';
  char* first = at;
  const written how = scalar_text(value, at);
  if (how != written::good) return how;
  const auto escapes = std::count_if(first, at, [](char letter) { return letter == '"' || letter == '\\'; });
  char* target = at + escapes;
  char* from = at;
  at = target;
  while (target != from) {
    const char letter = *--from;
    *--target = letter;
    if (letter == '"' || letter == '\\') *--target = '\\';
  }
  *at++ = '"';
  return written::good;
}

written array_text(const parameter& value, char*& at) noexcept {
  *at++ = '{';
  for (std::size_t i = 0; i != value.size; ++i) {
    if (i != 0) *at++ = ',';
    const parameter each = value.at(i);
    if (each.what == parameter::kind::null) {
      at = put_text(at, "NULL");
      continue;
    }
    const written how = quoted_text(each, at);
    if (how != written::good) return how;
  }
  *at++ = '}';
  return written::good;
}

std::size_t scalar_bound(const parameter& value) noexcept {
  switch (value.what) {
    case parameter::kind::text:
    case parameter::kind::json: return value.size;
    case parameter::kind::bytes: return 2 + 2 * value.size;
    default: return longest_scalar;
  }
}

}  // namespace

std::size_t encoded_bound(const parameter& value) noexcept {
  if (value.what != parameter::kind::array) return 4 + scalar_bound(value);
  std::size_t bytes = 4 + array_head + 2;
  for (std::size_t i = 0; i != value.size; ++i) bytes += 2 * scalar_bound(value.at(i)) + 8;
  return bytes;
}

format encode(const parameter& value, sql_type type, char*& at) noexcept {
  char* length_at = at;
  at += 4;
  if (value.what == parameter::kind::null) {
    put(length_at, 0xFFFF'FFFFU);
    return format::binary;
  }
  const bool array = value.what == parameter::kind::array;
  written how = array ? array_binary(value, type, at) : scalar_binary(value, type, at);
  format as = format::binary;
  if (how == written::not_this_way) {
    at = length_at + 4;
    how = array ? array_text(value, at) : scalar_text(value, at);
    as = format::text;
  }
  put_length(length_at, at);
  return how == written::good ? as : format::refused;
}

bool encode_as_text(const parameter& value, char*& at) noexcept {
  const bool array = value.what == parameter::kind::array;
  return (array ? array_text(value, at) : scalar_text(value, at)) == written::good;
}

std::string_view refusal(const parameter& value) noexcept {
  switch (value.what) {
    case parameter::kind::text:
    case parameter::kind::json: return "text for PostgreSQL has no NUL";
    case parameter::kind::array: return "an element of the array does not fit its type";
    default: return "the number does not fit the parameter's type";
  }
}

}  // namespace candela::db::postgres
