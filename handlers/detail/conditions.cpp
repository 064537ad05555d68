#include "handlers/detail/conditions.hpp"

#include <algorithm>
#include <candela/core/text.hpp>
#include <candela/http/date.hpp>
#include <optional>

namespace candela::handlers::detail {

namespace {

using http::header;

bool is_weak(std::string_view tag) noexcept { return tag.starts_with("W/"); }
std::string_view opaque(std::string_view tag) noexcept { return is_weak(tag) ? tag.substr(2) : tag; }

// Section 8.8.3.2.
bool equal_weakly(std::string_view left, std::string_view right) noexcept { return opaque(left) == opaque(right); }
bool equal_strongly(std::string_view left, std::string_view right) noexcept { return !is_weak(left) && left == right; }

bool is_tag_byte(unsigned char byte) noexcept { return byte == 0x21 || (byte >= 0x23 && byte != 0x7F); }

// Takes the entity tag off the beginning of a list; empty when there is none.
std::string_view take_tag(std::string_view& list) noexcept {
  const std::size_t quote = is_weak(list) ? 2 : 0;
  if (list.size() <= quote || list[quote] != '"') return {};
  const auto end = std::find_if_not(list.begin() + static_cast<std::ptrdiff_t>(quote) + 1, list.end(), is_tag_byte);
  if (end == list.end() || *end != '"') return {};
  const std::string_view tag = list.substr(0, static_cast<std::size_t>(end - list.begin()) + 1);
  list.remove_prefix(tag.size());
  return tag;
}

template <class Equal>
bool list_has(std::string_view list, std::string_view wanted, Equal equal) noexcept {
  for (;;) {
    list.remove_prefix(std::min(list.find_first_not_of(" \t,"), list.size()));
    const std::string_view tag = take_tag(list);
    if (tag.empty()) return false;
    if (equal(tag, wanted)) return true;
    list = trim(list);
    if (!list.starts_with(',')) return false;
  }
}

// Whether any field line of that name is a star or lists the tag.
template <class Equal>
bool any_line_has(const http::headers& request, header name, std::string_view wanted, Equal equal) noexcept {
  return std::any_of(request.begin(), request.end(), [&](const http::header_field& field) {
    return field.token == name && (trim(field.value) == "*" || list_has(field.value, wanted, equal));
  });
}

}  // namespace

verdict judge(const http::headers& request, const validators& current) {
  if (request.has(header::if_match)) {
    if (!any_line_has(request, header::if_match, current.tag, equal_strongly)) return verdict::precondition_failed;
  } else if (const auto since = http::parse_date(request.get(header::if_unmodified_since))) {
    if (current.modified > *since) return verdict::precondition_failed;
  }
  if (request.has(header::if_none_match)) {
    if (any_line_has(request, header::if_none_match, current.tag, equal_weakly)) return verdict::not_modified;
  } else if (const auto since = http::parse_date(request.get(header::if_modified_since))) {
    if (current.modified <= *since) return verdict::not_modified;
  }
  return verdict::proceed;
}

bool range_applies(const http::headers& request, const validators& current) {
  if (!request.has(header::if_range)) return true;
  const std::string_view condition = trim(request.get(header::if_range));
  if (condition.starts_with('"') || is_weak(condition)) return equal_strongly(condition, current.tag);
  const auto date = http::parse_date(condition);
  return date && current.modified_is_strong && *date == current.modified;
}

}  // namespace candela::handlers::detail
