// The types that columns and parameters have on the wire.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace candela::db {

/// A type by PostgreSQL's number for it (pg_type.oid). SQLite's columns are `dynamic`: each value says which of
/// `int8`, `float8`, `text` and `bytea` it is. Numbers that stand not here are valid, too.
enum class sql_type : std::uint32_t {
  unknown = 0,
  boolean = 16,
  bytea = 17,
  character = 18,
  name = 19,
  int8 = 20,
  int2 = 21,
  int4 = 23,
  text = 25,
  oid = 26,
  json = 114,
  xml = 142,
  float4 = 700,
  float8 = 701,
  untyped = 705,
  boolean_array = 1000,
  bytea_array = 1001,
  int2_array = 1005,
  int4_array = 1007,
  text_array = 1009,
  bpchar_array = 1014,
  varchar_array = 1015,
  int8_array = 1016,
  float4_array = 1021,
  float8_array = 1022,
  bpchar = 1042,
  varchar = 1043,
  date = 1082,
  timestamp = 1114,
  timestamp_array = 1115,
  timestamptz = 1184,
  timestamptz_array = 1185,
  numeric = 1700,
  numeric_array = 1231,
  nothing = 2278,
  uuid = 2950,
  uuid_array = 2951,
  jsonb = 3802,
  json_array = 199,
  jsonb_array = 3807,
  dynamic = 0xFFFF'FFFF,
};

/// The first number that PostgreSQL gives to types that its users make (enumerations, domains are their base type).
inline constexpr std::uint32_t first_user_type = 16384;

/// SQL's name for it, as `integer`; `type 1234` for one that is not listed above.
[[nodiscard]] std::string name_of(sql_type type);

/// The type of an array's elements; `unknown` when the type is no array (or one that is not listed above).
[[nodiscard]] sql_type element_of(sql_type array) noexcept;

}  // namespace candela::db
