// Private to the room: the pieces that response heads are put together from, and the usual head in one go.
#pragma once

#include <array>
#include <candela/core/text.hpp>
#include <candela/http/h1_head_writer.hpp>
#include <cstring>

namespace candela::http {
namespace detail {

/// A field name with its colon and space, in a place of a fixed size: copying that size costs a few moves and no call.
struct alignas(64) rendered_name {
  static constexpr std::size_t capacity = 48;
  char text[capacity] = {};
  std::size_t size = 0;
};

consteval std::array<rendered_name, header_count> render_names() {
  std::array<rendered_name, header_count> names;
  for (std::size_t i = 1; i != header_count; ++i) {
    for (const char letter : canonical_name(static_cast<header>(i))) names[i].text[names[i].size++] = letter;
    names[i].text[names[i].size++] = ':';
    names[i].text[names[i].size++] = ' ';
  }
  return names;
}

inline constexpr std::array<rendered_name, header_count> rendered_names = render_names();

inline char* put(char* target, std::string_view text) noexcept { return copy_short(target, text); }

// A copy whose length the compiler knows costs one or two moves.
template <std::size_t Size>
char* put_literal(char* target, const char (&text)[Size]) noexcept {
  std::memcpy(target, text, Size - 1);
  return target + Size - 1;
}

inline char* put_field(char* target, const header_field& field) noexcept {
  if (field.token != header::unknown) {
    const rendered_name& name = rendered_names[static_cast<std::size_t>(field.token)];
    std::memcpy(target, name.text, rendered_name::capacity);
    target += name.size;
  } else {
    target = put_literal(put(target, field.name), ": ");
  }
  return put_literal(put(target, field.value), "\r\n");
}

}  // namespace detail

// What fits the usual head: few fields, each of a known name and with a short value. Then one look at the room is
// enough.
inline char* h1_head_writer::write_usual(char* target, const char* limit, const response_head& head,
                                         std::uint64_t length) const noexcept {
  constexpr std::size_t short_value = 32;
  constexpr std::size_t room = fixed_bound + usual_fields * (detail::rendered_name::capacity + short_value + 2);
  const bool usual = head.status == 200 && head.fields->size() < usual_below_;
  if (!usual || static_cast<std::size_t>(limit - target) < room) return nullptr;
  std::memcpy(target, ok_start_.data(), usual_start);
  target += start_bytes_;
  for (const header_field& field : *head.fields) {
    if (field.token == header::unknown || field.value.size() > short_value) return nullptr;
    const detail::rendered_name& name = detail::rendered_names[static_cast<std::size_t>(field.token)];
    std::memcpy(target, name.text, detail::rendered_name::capacity);
    target = detail::put_literal(copy_up_to_32(target + name.size, field.value), "\r\n");
  }
  if (!head.blocks.empty()) {
    target = put_blocks(target, limit - fixed_bound, head);
    if (target == nullptr) return nullptr;
  }
  target = detail::put_literal(target, "Content-Length: ");
  target = write_decimal(target, length);
  return detail::put_literal(target, "\r\n\r\n");
}

}  // namespace candela::http
