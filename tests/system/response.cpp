// Reads responses by RFC 9112, sections 4 to 7, without any of the leniency that it grants to recipients.
#include "tests/system/response.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

namespace candela::system_test {
namespace {

constexpr std::size_t longest_line = 64 * 1024;
constexpr std::size_t kept_body = 64 * 1024;

bool is_token(std::string_view text) {
  constexpr std::string_view others = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || others.find(c) != others.npos;
  });
}

bool is_text(std::string_view text) {
  return std::ranges::all_of(text,
                             [](char c) { return c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f); });
}

bool same_name(std::string_view left, std::string_view right) {
  return std::ranges::equal(left, right, [](char a, char b) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; };
    return lower(a) == lower(b);
  });
}

void require(bool condition, std::string_view complaint) {
  if (!condition) throw bad_response(std::string(complaint));
}

std::size_t number(std::string_view digits, int base) {
  std::size_t value = 0;
  const char* end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, value, base);
  require(read.ec == std::errc() && read.ptr == end, "not a number: \"" + std::string(digits) + '"');
  return value;
}

void need_more(client& from) {
  switch (from.fill()) {
    case arrival::bytes: return;
    case arrival::ended: throw bad_response("the connection ended where more was due");
    case arrival::reset: throw bad_response("the connection was reset where more was due");
    case arrival::nothing: throw bad_response("nothing came where more was due");
  }
}

std::string take_line(client& from) {
  std::size_t end = 0;
  while ((end = from.input().find('\n')) == std::string_view::npos) {
    require(from.input().size() < longest_line, "a line without an end");
    need_more(from);
  }
  require(end != 0 && from.input()[end - 1] == '\r', "a line feed without its carriage return");
  std::string line(from.input().substr(0, end - 1));
  from.consume(end + 1);
  require(is_text(line), "a control character in \"" + line + '"');
  return line;
}

void read_status_line(client& from, response& into) {
  const std::string line = take_line(from);
  require(line.starts_with("HTTP/1.1 ") && line.size() >= 13 && line[12] == ' ', "no status line: \"" + line + '"');
  into.status = static_cast<unsigned>(number(std::string_view(line).substr(9, 3), 10));
  require(into.status >= 100 && into.status <= 599, "an impossible status");
  into.reason = line.substr(13);
}

void read_fields(client& from, response& into) {
  for (std::string line = take_line(from); !line.empty(); line = take_line(from)) {
    const std::size_t colon = line.find(':');
    require(colon != std::string::npos && is_token(line.substr(0, colon)), "no field line: \"" + line + '"');
    std::string_view value = std::string_view(line).substr(colon + 1);
    while (value.starts_with(' ')) value.remove_prefix(1);
    require(!value.ends_with(' '), "space behind a field's value");
    into.fields.emplace_back(line.substr(0, colon), value);
  }
}

bool is_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// How much body follows; nothing when only its own framing tells.
std::optional<std::size_t> judge_framing(response& into, bool to_head) {
  const bool chunked = into.has("transfer-encoding");
  const bool sized = into.has("content-length");
  require(!chunked || !sized, "both Content-Length and Transfer-Encoding");
  require(into.count("content-length") <= 1 && into.count("transfer-encoding") <= 1, "framing told twice");
  require(!chunked || into.field("transfer-encoding") == "chunked", "an unknown transfer coding");
  require(!sized || is_digits(into.field("content-length")), "a malformed Content-Length");
  const bool bodiless = into.status < 200 || into.status == 204;
  require(!bodiless || (!chunked && !sized), "framing in a response that has no body");
  if (bodiless || to_head || into.status == 304) return 0;
  into.end = chunked ? body_end::chunked : sized ? body_end::length : body_end::close;
  if (sized) return number(into.field("content-length"), 10);
  require(chunked || into.announces_close(), "a body without framing on a connection that stays");
  return std::nullopt;
}

void take_body(client& from, response& into, std::size_t bytes) {
  while (bytes != 0) {
    if (from.input().empty()) need_more(from);
    const std::size_t taken = std::min(bytes, from.input().size());
    into.body.append(from.input().substr(0, std::min(taken, kept_body - std::min(kept_body, into.body.size()))));
    into.body_bytes += taken;
    from.consume(taken);
    bytes -= taken;
  }
}

void read_chunks(client& from, response& into) {
  while (true) {
    const std::size_t size = number(take_line(from), 16);
    if (size == 0) break;
    take_body(from, into, size);
    require(take_line(from).empty(), "bytes behind a chunk");
  }
  require(take_line(from).empty(), "a trailer that nobody asked for");
}

void read_to_close(client& from, response& into) {
  arrival came = arrival::bytes;
  do {
    take_body(from, into, from.input().size());
    came = from.fill();
  } while (came == arrival::bytes);
  require(came == arrival::ended, "the body was torn");
}

}  // namespace

bool response::has(std::string_view name) const { return count(name) != 0; }

std::string_view response::field(std::string_view name) const {
  for (const auto& [found, value] : fields) {
    if (same_name(found, name)) return value;
  }
  return {};
}

std::size_t response::count(std::string_view name) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(fields, [&](const auto& field) { return same_name(field.first, name); }));
}

response read_response(client& from, bool to_head) {
  response made;
  read_status_line(from, made);
  read_fields(from, made);
  const std::optional<std::size_t> length = judge_framing(made, to_head);
  if (length) {
    take_body(from, made, *length);
  } else if (made.end == body_end::chunked) {
    read_chunks(from, made);
  } else {
    read_to_close(from, made);
  }
  return made;
}

}  // namespace candela::system_test
