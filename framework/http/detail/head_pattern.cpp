#include <algorithm>
#include <candela/http/detail/head_pattern.hpp>
#include <candela/http/detail/name_table.hpp>
#include <cstring>
#include <string_view>

namespace candela::http::detail {
namespace {

// llhttp reads a field of that name as it reads Connection.
bool may_change(const header_field& field) noexcept {
  return !says_how_to_read(field.token) && field.name != "proxy-connection";
}

bool printable(char c) noexcept { return c >= ' ' && c <= '~'; }

// Where the line end behind the line end at `from` stands. An accepted head has no other carriage returns.
std::size_t next_line(const char* text, std::size_t from, std::size_t end) noexcept {
  const auto* found = static_cast<const char*>(std::memchr(text + from + 2, '\r', end - from - 2));
  return found == nullptr ? end : static_cast<std::size_t>(found - text);
}

}  // namespace

bool head_pattern::may_be_secret(const header_field& field) noexcept {
  switch (field.token) {
    case header::accept:
    case header::accept_encoding:
    case header::accept_language:
    case header::cache_control:
    case header::content_type:
    case header::user_agent: return false;
    default: return may_change(field) && !field.value.empty();
  }
}

bool head_pattern::find_lines(const request_head& head, const char* parsed) noexcept {
  std::size_t at = next_line(text, 0, head.bytes);
  for (std::size_t i = 0; i != head.headers.size(); ++i) {
    if (at + 4 > head.bytes) return false;
    const header_field& field = head.headers[i];
    const std::size_t end = next_line(text, at, head.bytes);
    const auto value = static_cast<std::size_t>(field.value.data() - parsed);
    lines[i] = {static_cast<std::uint16_t>(at), 0};
    const bool plain =
        !field.value.empty() && text[value - 1] == ' ' && text[value - 2] == ':' && value + field.value.size() == end;
    if (plain && may_change(field)) lines[i].value = static_cast<std::uint16_t>(value);
    if (may_be_secret(field)) {
      // What is taken as it comes must be such that it can be: otherwise every try would be in vain.
      if (lines[i].value == 0 || !std::ranges::all_of(field.value, printable)) return false;
      secrets = static_cast<std::uint16_t>(secrets | 1U << i);
    }
    at = end;
  }
  lines[head.headers.size()] = {static_cast<std::uint16_t>(at), 0};
  lines[head.headers.size() + 1] = {static_cast<std::uint16_t>(head.bytes), 0};
  return at + 4 == head.bytes;
}

void head_pattern::describe(const request_head& head, const char* parsed) noexcept {
  const std::size_t size = head.method_name.size() + 1;
  secrets = 0;
  const bool usual = head.method != method::other && size <= sizeof method && head.form == target_form::origin &&
                     head.minor_version == 1 && head.method_name.data() == parsed;
  if (!usual || !find_lines(head, parsed)) return;
  method_mask = ~std::uint64_t{0} >> (8 * (sizeof method - size));
  std::memcpy(&method, text, sizeof method);
  method &= method_mask;
  changed = last_change = 0;
  bytes = static_cast<std::uint16_t>(head.bytes);
}

}  // namespace candela::http::detail
