#include <candela/db/postgres/detail/parameter_encoding.hpp>
#include <candela/db/postgres/detail/questions.hpp>

namespace candela::db::postgres {

namespace {

constexpr char sync_message[] = {'S', 0, 0, 0, 4};
constexpr char flush_message[] = {'H', 0, 0, 0, 4};
constexpr char copy_done_message[] = {'c', 0, 0, 0, 4};
// All results in binary form; Execute of the unnamed portal for all rows.
constexpr char result_format[] = {0, 1, 0, 1};
constexpr std::size_t execute_bytes = 10;

template <std::size_t Count>
char* put_all(char* at, const char (&bytes)[Count]) noexcept {
  std::memcpy(at, bytes, Count);
  return at + Count;
}

char* put_text(char* at, std::string_view text) noexcept {
  std::memcpy(at, text.data(), text.size());
  return at + text.size();
}

char* put_execute(char* at, std::uint32_t rows) noexcept {
  *at++ = 'E';
  at = put(at, 9U);
  *at++ = '\0';
  return put(at, rows);
}

// Close and Describe: of a statement, by name.
char* put_about_statement(char* at, char kind, std::string_view name) noexcept {
  *at++ = kind;
  at = put(at, static_cast<std::uint32_t>(4 + 1 + name.size()));
  *at++ = 'S';
  return put_text(at, name);
}

void write_ended_text(send_buffer& out, char kind, std::string_view text) {
  char* at = out.reserve(text.size() + 6);
  *at++ = kind;
  at = put(at, static_cast<std::uint32_t>(4 + text.size() + 1));
  at = put_text(at, text);
  *at++ = '\0';
  out.commit(at);
}

}  // namespace

std::size_t prepare_bound(const prepared& what) noexcept {
  return 64 + 3 * what.wire_name().size() + what.what.text().size();
}

std::size_t query_bound(const prepared& what, const parameter* values, std::size_t count) noexcept {
  std::size_t bound = 64 + what.wire_name().size() + 2 * count;
  for (std::size_t i = 0; i != count; ++i) bound += encoded_bound(values[i]);
  return bound;
}

void write_prepare(send_buffer& out, const prepared& what) {
  const std::string_view name = what.wire_name();
  const std::string_view text = what.what.text();
  char* at = out.reserve(prepare_bound(what));
  if (what.known_there) at = put_about_statement(at, 'C', name);
  *at++ = 'P';
  at = put(at, static_cast<std::uint32_t>(4 + name.size() + text.size() + 1 + 2));
  at = put_text(at, name);
  at = put_text(at, text);
  *at++ = '\0';
  at = put(at, std::uint16_t{0});  // the server finds the types of all parameters
  out.commit(put_about_statement(at, 'D', name));
}

std::size_t write_query(send_buffer& out, const prepared& what, const parameter* values, std::size_t count,
                        std::uint32_t rows, ending end) {
  const std::string_view name = what.wire_name();
  char* const begin = out.reserve(query_bound(what, values, count));
  char* at = begin + 5;
  *at++ = '\0';  // the unnamed portal
  at = put_text(at, name);
  at = put(at, static_cast<std::uint16_t>(count));
  char* formats = at;
  at = put(at + 2 * count, static_cast<std::uint16_t>(count));
  const bool known = what.state == prepared::stage::settled && what.parameters.size() == count;
  for (std::size_t i = 0; i != count; ++i) {
    const format as = encode(values[i], known ? what.parameters[i] : sql_type::unknown, at);
    if (as == format::refused) return i;
    formats = put(formats, static_cast<std::uint16_t>(as));
  }
  at = put_all(at, result_format);
  *begin = 'B';
  put(begin + 1, static_cast<std::uint32_t>(at - begin - 1));
  at = put_execute(at, rows);
  if (end == ending::sync) at = put_all(at, sync_message);
  if (end == ending::flush) at = put_all(at, flush_message);
  out.commit(at);
  return count;
}

void write_continue(send_buffer& out, std::uint32_t rows) {
  char* at = put_execute(out.reserve(execute_bytes + sizeof flush_message), rows);
  out.commit(put_all(at, flush_message));
}

void write_sync(send_buffer& out) { out.append({sync_message, sizeof sync_message}); }

void write_script(send_buffer& out, std::string_view sql) { write_ended_text(out, 'Q', sql); }

void write_copy_data(send_buffer& out, std::string_view bytes) {
  if (bytes.empty()) return;
  char* at = out.reserve(bytes.size() + 5);
  *at++ = 'd';
  at = put(at, static_cast<std::uint32_t>(4 + bytes.size()));
  out.commit(put_text(at, bytes));
}

void write_copy_done(send_buffer& out) { out.append({copy_done_message, sizeof copy_done_message}); }

void write_copy_fail(send_buffer& out, std::string_view why) { write_ended_text(out, 'f', why); }

}  // namespace candela::db::postgres
