#include <candela/db/detail/numeric_text.hpp>
#include <candela/db/value_reader.hpp>
#include <charconv>
#include <cmath>

namespace candela::db::detail {

namespace {

// PostgreSQL counts from 2000-01-01.
constexpr std::int64_t epoch_seconds = 946'684'800;
constexpr std::int64_t epoch_microseconds = epoch_seconds * 1'000'000;

bool is_text(sql_type type) noexcept {
  switch (type) {
    case sql_type::text:
    case sql_type::varchar:
    case sql_type::bpchar:
    case sql_type::name:
    case sql_type::character:
    case sql_type::json:
    case sql_type::xml:
    case sql_type::untyped: return true;
    default: return false;
  }
}

// Enumerations come as their label; other types of users come in forms of their own, which have control characters.
bool is_label(sql_type type, std::string_view bytes) noexcept {
  if (static_cast<std::uint32_t>(type) < first_user_type || type == sql_type::dynamic) return false;
  for (const char byte : bytes) {
    if (static_cast<unsigned char>(byte) < 0x20) return false;
  }
  return true;
}

template <class Unsigned>
reading load(const cell& value, Unsigned& into) noexcept {
  if (value.size != static_cast<std::int32_t>(sizeof(Unsigned))) return reading::malformed;
  into = load_network<Unsigned>(value.data);
  return reading::good;
}

template <class Unsigned>
reading load_integer(const cell& value, std::int64_t& into) noexcept {
  Unsigned raw = 0;
  const reading how = load(value, raw);
  into = static_cast<std::make_signed_t<Unsigned>>(raw);
  return how;
}

template <class Real, class Unsigned>
reading load_real(const cell& value, double& into) noexcept {
  Unsigned raw = 0;
  const reading how = load(value, raw);
  into = static_cast<double>(std::bit_cast<Real>(raw));
  return how;
}

template <class Number>
reading parse_number(std::string_view text, Number& into) noexcept {
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), into);
  if (failure == std::errc() && end == text.data() + text.size()) return reading::good;
  return failure == std::errc::result_out_of_range ? reading::out_of_range : reading::malformed;
}

}  // namespace

reading read_integer(sql_type type, const cell& value, std::int64_t& into) noexcept {
  if (value.is_null()) return reading::null;
  switch (type) {
    case sql_type::int2: return load_integer<std::uint16_t>(value, into);
    case sql_type::int4: return load_integer<std::uint32_t>(value, into);
    case sql_type::int8: return load_integer<std::uint64_t>(value, into);
    case sql_type::oid: {
      std::uint32_t raw = 0;
      const reading how = load(value, raw);
      into = raw;
      return how;
    }
    case sql_type::numeric: {
      numeric_text digits;
      if (!digits.open(value.bytes())) return reading::malformed;
      if (!digits.is_whole() || digits.whole_size() > numeric_text::longest_integer) return reading::out_of_range;
      char text[numeric_text::longest_integer];
      return parse_number(digits.write_whole(text), into);
    }
    default: return reading::wrong_type;
  }
}

reading read_real(sql_type type, const cell& value, double& into) noexcept {
  if (value.is_null()) return reading::null;
  switch (type) {
    case sql_type::float8: return load_real<double, std::uint64_t>(value, into);
    case sql_type::float4: return load_real<float, std::uint32_t>(value, into);
    case sql_type::numeric: {
      numeric_text digits;
      if (!digits.open(value.bytes())) return reading::malformed;
      char text[512];
      if (digits.size() > sizeof text) return reading::out_of_range;
      return parse_number(digits.write(text), into);
    }
    default: {
      std::int64_t whole = 0;
      const reading how = read_integer(type, value, whole);
      into = static_cast<double>(whole);
      return how;
    }
  }
}

reading read_boolean(sql_type type, const cell& value, bool& into) noexcept {
  if (value.is_null()) return reading::null;
  if (type == sql_type::boolean) {
    if (value.size != 1) return reading::malformed;
    into = *value.data != 0;
    return reading::good;
  }
  // SQLite has no booleans, only 0 and 1: its values name their own type.
  std::int64_t number = 0;
  if (type != sql_type::int8 || value.type != sql_type::int8) return reading::wrong_type;
  const reading how = read_integer(type, value, number);
  if (how == reading::good && number != 0 && number != 1) return reading::out_of_range;
  into = number != 0;
  return how;
}

reading read_text(sql_type type, const cell& value, const read_memory& memory, std::string_view& into) {
  if (value.is_null()) return reading::null;
  if (is_text(type) || is_label(type, value.bytes())) {
    into = memory.keep(value.bytes());
    return reading::good;
  }
  if (type == sql_type::jsonb) {
    const reading how = read_json(type, value, into);
    if (how == reading::good) into = memory.keep(into);
    return how;
  }
  if (type != sql_type::numeric) return reading::wrong_type;
  numeric_text digits;
  if (!digits.open(value.bytes())) return reading::malformed;
  into = digits.write(static_cast<char*>(memory.memory.allocate(digits.size(), 1)));
  return reading::good;
}

reading read_text(sql_type type, const cell& value, std::string& into) {
  arena memory;
  std::string_view text;
  const reading how = read_text(type, value, read_memory(memory, true), text);
  if (how == reading::good) into.assign(text);
  return how;
}

reading read_bytes(sql_type type, const cell& value, std::string_view& into) noexcept {
  if (value.is_null()) return reading::null;
  if (type != sql_type::bytea) return reading::wrong_type;
  into = value.bytes();
  return reading::good;
}

reading read_time(sql_type type, const cell& value, timestamp& into) noexcept {
  if (value.is_null()) return reading::null;
  if (type == sql_type::timestamptz || type == sql_type::timestamp) {
    std::uint64_t raw = 0;
    const reading how = load(value, raw);
    if (how != reading::good) return how;
    const auto count = static_cast<std::int64_t>(raw);
    // The two ends of the range stand for infinity.
    if (count == INT64_MAX || count == INT64_MIN || count > INT64_MAX - epoch_microseconds)
      return reading::out_of_range;
    into = timestamp(std::chrono::microseconds(count + epoch_microseconds));
    return reading::good;
  }
  if (type == sql_type::date) {
    std::uint32_t raw = 0;
    const reading how = load(value, raw);
    const auto days = static_cast<std::int32_t>(raw);
    if (how != reading::good) return how;
    // Infinity stands at the two ends; far dates are beyond what microseconds can count.
    constexpr std::int32_t farthest_days = 106'700'000;
    if (days > farthest_days || days < -farthest_days) return reading::out_of_range;
    into = timestamp(std::chrono::seconds(epoch_seconds) + std::chrono::days(days));
    return how;
  }
  // SQLite keeps moments as text.
  if (type != sql_type::text || value.type != sql_type::text) return reading::wrong_type;
  const std::optional<timestamp> parsed = parse_timestamp(value.bytes());
  if (!parsed) return reading::malformed;
  into = *parsed;
  return reading::good;
}

reading read_uuid(sql_type type, const cell& value, uuid& into) noexcept {
  if (value.is_null()) return reading::null;
  // As SQLite's drivers write it, in 16 bytes or as text.
  const bool raw = type == sql_type::uuid || (type == sql_type::bytea && value.type == sql_type::bytea);
  if (raw) {
    if (value.size != 16) return reading::malformed;
    std::memcpy(into.bytes.data(), value.data, 16);
    return reading::good;
  }
  if (type != sql_type::text || value.type != sql_type::text) return reading::wrong_type;
  const std::optional<uuid> parsed = uuid::parse(value.bytes());
  if (!parsed) return reading::malformed;
  into = *parsed;
  return reading::good;
}

reading read_json(sql_type type, const cell& value, std::string_view& into) noexcept {
  if (value.is_null()) return reading::null;
  if (type == sql_type::json || (type == sql_type::text && value.type == sql_type::text)) {
    into = value.bytes();
    return reading::good;
  }
  if (type != sql_type::jsonb) return reading::wrong_type;
  // One byte of version, then text.
  if (value.size < 1 || *value.data != 1) return reading::malformed;
  into = value.bytes().substr(1);
  return reading::good;
}

reading array_cursor::open(sql_type type, const cell& array, array_cursor& into) noexcept {
  if (array.is_null()) return reading::null;
  if (element_of(type) == sql_type::unknown) return reading::wrong_type;
  if (array.size < 12) return reading::malformed;
  const auto dimensions = load_network<std::uint32_t>(array.data);
  into.element_ = static_cast<sql_type>(load_network<std::uint32_t>(array.data + 8));
  into.left_ = 0;
  if (dimensions == 0) return reading::good;
  if (dimensions != 1 || array.size < 20) return reading::malformed;
  into.left_ = load_network<std::uint32_t>(array.data + 12);
  into.at_ = array.data + 20;
  into.end_ = array.data + array.size;
  // Four bytes of length for each, at least.
  return into.left_ <= static_cast<std::size_t>(into.end_ - into.at_) / 4 ? reading::good : reading::malformed;
}

bool array_cursor::next(cell& into) noexcept {
  if (end_ - at_ < 4) return false;
  into.size = static_cast<std::int32_t>(load_network<std::uint32_t>(at_));
  at_ += 4;
  into.data = at_;
  into.type = sql_type::unknown;
  --left_;
  if (into.size < 0) return into.size == -1;
  if (end_ - at_ < into.size) return false;
  at_ += into.size;
  return true;
}

error reading_error(const description& columns, std::size_t index, reading how, std::string_view asked) {
  const column& of = columns.columns()[index];
  const std::string named =
      "column \"" + of.name + "\" (" + std::to_string(index + 1) + ") of type " + name_of(of.type);
  switch (how) {
    case reading::null: return {errc::wrong_type, named + " is NULL; " + std::string(asked) + " was asked for"};
    case reading::out_of_range:
      return {errc::wrong_type, named + " has a value that does not fit what was asked for: " + std::string(asked)};
    case reading::malformed:
      return {errc::wrong_type, named + " has a value that cannot be read as " + std::string(asked)};
    default: return {errc::wrong_type, named + " is not " + std::string(asked)};
  }
}

error column_error(const description& columns, std::size_t index) {
  return {errc::wrong_column, "there is no column at position " + std::to_string(index) + "; the result has " +
                                  std::to_string(columns.size())};
}

error column_error(const description& columns, std::string_view name) {
  std::string names;
  for (const column& each : columns.columns()) names += (names.empty() ? "" : ", ") + each.name;
  return {errc::wrong_column, "there is no column \"" + std::string(name) + "\"; there are: " + names};
}

}  // namespace candela::db::detail
