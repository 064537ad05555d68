#include <algorithm>
#include <candela/db/sql_type.hpp>
#include <utility>

namespace candela::db {

namespace {

struct named_type {
  sql_type type;
  std::string_view name;
};

constexpr named_type names[] = {
    {sql_type::unknown, "unknown"},
    {sql_type::boolean, "boolean"},
    {sql_type::bytea, "bytea"},
    {sql_type::character, "\"char\""},
    {sql_type::name, "name"},
    {sql_type::int8, "bigint"},
    {sql_type::int2, "smallint"},
    {sql_type::int4, "integer"},
    {sql_type::text, "text"},
    {sql_type::oid, "oid"},
    {sql_type::json, "json"},
    {sql_type::xml, "xml"},
    {sql_type::float4, "real"},
    {sql_type::float8, "double precision"},
    {sql_type::untyped, "unknown"},
    {sql_type::bpchar, "character"},
    {sql_type::varchar, "character varying"},
    {sql_type::date, "date"},
    {sql_type::timestamp, "timestamp without time zone"},
    {sql_type::timestamptz, "timestamp with time zone"},
    {sql_type::numeric, "numeric"},
    {sql_type::nothing, "void"},
    {sql_type::uuid, "uuid"},
    {sql_type::jsonb, "jsonb"},
    {sql_type::dynamic, "untyped"},
};

struct array_type {
  sql_type array;
  sql_type element;
};

constexpr array_type arrays[] = {
    {sql_type::boolean_array, sql_type::boolean},     {sql_type::bytea_array, sql_type::bytea},
    {sql_type::int2_array, sql_type::int2},           {sql_type::int4_array, sql_type::int4},
    {sql_type::int8_array, sql_type::int8},           {sql_type::text_array, sql_type::text},
    {sql_type::bpchar_array, sql_type::bpchar},       {sql_type::varchar_array, sql_type::varchar},
    {sql_type::float4_array, sql_type::float4},       {sql_type::float8_array, sql_type::float8},
    {sql_type::timestamp_array, sql_type::timestamp}, {sql_type::timestamptz_array, sql_type::timestamptz},
    {sql_type::numeric_array, sql_type::numeric},     {sql_type::uuid_array, sql_type::uuid},
    {sql_type::json_array, sql_type::json},           {sql_type::jsonb_array, sql_type::jsonb},
};

}  // namespace

std::string name_of(sql_type type) {
  const auto* found = std::ranges::find(names, type, &named_type::type);
  if (found != std::end(names)) return std::string(found->name);
  const sql_type element = element_of(type);
  if (element != sql_type::unknown) return name_of(element) + "[]";
  return "type " + std::to_string(std::to_underlying(type));
}

sql_type element_of(sql_type array) noexcept {
  const auto* found = std::ranges::find(arrays, array, &array_type::array);
  return found == std::end(arrays) ? sql_type::unknown : found->element;
}

}  // namespace candela::db
