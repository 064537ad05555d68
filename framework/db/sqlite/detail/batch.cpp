#include <candela/db/sqlite/detail/batch.hpp>
#include <candela/db/sqlite/detail/error_map.hpp>

namespace candela::db::sqlite {

void item::clear_outcome() noexcept {
  columns = nullptr;
  affected = 0;
  more = false;
  failure.reset();
}

void batch::copy_text(parameter::kind type, std::string_view text) {
  bound_value& value = values.emplace_back();
  value.what = type;
  value.at = texts.size();
  value.size = text.size();
  texts.append(text);
}

std::optional<error> batch::copy(const parameter& given) {
  switch (given.what) {
    case parameter::kind::null: values.emplace_back(); break;
    case parameter::kind::boolean:
    case parameter::kind::integer: {
      bound_value& value = values.emplace_back();
      value.what = parameter::kind::integer;
      value.integer = given.integer;
      break;
    }
    case parameter::kind::real: {
      bound_value& value = values.emplace_back();
      value.what = parameter::kind::real;
      value.real = given.real;
      break;
    }
    case parameter::kind::text:
    case parameter::kind::json: copy_text(parameter::kind::text, given.bytes()); break;
    case parameter::kind::bytes: copy_text(parameter::kind::bytes, given.bytes()); break;
    case parameter::kind::uuid: {
      uuid named;
      given.bytes().copy(reinterpret_cast<char*>(named.bytes.data()), named.bytes.size());
      char text[36];
      named.write(text);
      copy_text(parameter::kind::text, {text, sizeof text});
      break;
    }
    case parameter::kind::time: {
      char text[40];
      const std::size_t size = write_timestamp(text, timestamp(std::chrono::microseconds(given.integer)));
      copy_text(parameter::kind::text, {text, size});
      break;
    }
    case parameter::kind::natural:
      return error(errc::wrong_type, std::to_string(given.natural) + " is larger than any integer of SQLite");
    case parameter::kind::array: return error(errc::unsupported, "SQLite has no arrays");
  }
  return std::nullopt;
}

std::optional<error> batch::add(operation& asked, bool goes_on) {
  const std::size_t values_before = values.size();
  item one;
  one.asked = &asked;
  one.what = asked.what;
  one.goes_on = goes_on;
  one.width = asked.width;
  one.repeat = asked.repeat;
  one.chunk_rows = asked.chunk_rows;
  one.first_value = values_before;
  const std::size_t count = goes_on ? 0 : std::size_t{asked.width} * asked.repeat;
  for (std::size_t i = 0; i != count; ++i) {
    std::optional<error> wrong = copy(asked.parameters[i]);
    if (!wrong) continue;
    values.resize(values_before);
    return wrong;
  }
  one.script_at = texts.size();
  one.script_size = asked.script.size();
  texts.append(asked.script);
  items.push_back(std::move(one));
  weight += asked.repeat;
  return std::nullopt;
}

void batch::clear() noexcept {
  ran = false;
  altered = false;
  left_open = false;
  lost = false;
  abandoned = false;
  who = nullptr;
  on = nullptr;
  weight = 0;
  held = 0;
  items.clear();
  values.clear();
  texts.clear();
  rows.clear();
}

}  // namespace candela::db::sqlite
