// The perfect hash over the names with a token, built and proved at compile time. Private.
#pragma once

#include <algorithm>
#include <array>
#include <candela/http/header_name.hpp>
#include <candela/http/headers.hpp>
#include <cstddef>
#include <cstdint>
#include <iterator>

namespace candela::http::detail {

/// A set of tokens is one word; this is the set of one, and the empty set for `unknown`.
[[nodiscard]] constexpr std::uint64_t header_bit(header token) noexcept {
  return std::uint64_t{1} << static_cast<unsigned>(token) & ~std::uint64_t{1};
}

/// The slot of a line with a name of at least two characters, any letter case. `tail` is the name's last three bytes
/// and the colon behind it as one little-endian word, with a line feed before a name of two: as they stand in a head.
/// `before_value` is the length of all that `known_name::text` holds. The multiplier was searched for; that no two
/// names share a slot is checked below, so that a new name that collides stops the build and asks for another search.
[[nodiscard]] constexpr std::uint32_t line_slot(std::uint32_t tail, std::size_t before_value) noexcept {
  // Folding by a bit maps some other bytes onto letters too; the comparison that follows tells them apart.
  return ((tail & ~0x20202020U) + static_cast<std::uint32_t>(before_value)) * 0xf866945dU >> 25;
}

/// The same slot of a name that no head surrounds.
[[nodiscard]] constexpr std::uint32_t name_slot(std::string_view name) noexcept {
  const auto byte = [](char c) { return static_cast<std::uint32_t>(static_cast<unsigned char>(c)); };
  const std::size_t size = name.size();
  const char before = size == 2 ? '\n' : name[size - 3];
  const std::uint32_t tail = byte(before) | byte(name[size - 2]) << 8 | byte(name[size - 1]) << 16 | byte(':') << 24;
  return line_slot(tail, std::string_view("\r\n").size() + size + std::string_view(": ").size());
}

inline constexpr std::size_t longest_name = 32;

/// One slot: all that a reader of heads needs to know about a name, in two cache lines.
struct alignas(128) known_name {
  /// A line of that name from the end of the line before it to the space before its value; of another name, which has
  /// another slot, when that is longer.
  char text[32] = {};
  char mask[32] = {};  ///< the bits of `text` that matter: not the one that tells a capital from a small letter
  header_field field;  ///< token and name
  std::uint64_t bit = 0;
  bool special = false;  ///< its value says how the head is to be read
};

constexpr bool says_how_to_read(header token) {
  switch (token) {
    case header::connection:
    case header::content_length:
    case header::expect:
    case header::host:
    case header::trailer:
    case header::transfer_encoding:
    case header::upgrade: return true;
    default: return false;
  }
}

consteval void set_text(known_name& slot, std::string_view name) {
  constexpr std::string_view before = "\r\n";
  constexpr std::string_view behind = ": ";
  if (before.size() + name.size() + behind.size() > sizeof slot.text) return;
  std::fill(std::begin(slot.mask), std::end(slot.mask), '\0');
  std::size_t end = 0;
  for (const std::string_view part : {before, name, behind}) {
    for (const char c : part) {
      slot.text[end] = c;
      slot.mask[end++] = c >= 'a' && c <= 'z' ? '\xdf' : '\xff';
    }
  }
}

struct name_table {
  std::array<known_name, 128> slots{};
  bool perfect = true;
};

consteval name_table make_name_table() {
  name_table table;
  // A slot without a text of its own has that of another slot, where a line that is equal to it would be looked up.
  for (known_name& slot : table.slots) set_text(slot, lower_name(header::host));
  for (std::size_t i = 1; i != header_count; ++i) {
    const auto token = static_cast<header>(i);
    const std::string_view name = lower_name(token);
    known_name& slot = table.slots[name_slot(name)];
    table.perfect = table.perfect && slot.field.token == header::unknown && name.size() <= longest_name;
    slot.field = {token, name, {}};
    slot.bit = header_bit(token);
    slot.special = says_how_to_read(token);
    set_text(slot, name);
  }
  return table;
}

[[gnu::visibility("hidden")]] inline constexpr name_table known_names = make_name_table();
static_assert(known_names.perfect, "two header names share a slot: search for another multiplier");

}  // namespace candela::http::detail
