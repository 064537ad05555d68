// The perfect hash over the names with a token, built and proved at compile time. Private.
#pragma once

#include <array>
#include <candela/http/header_name.hpp>
#include <cstddef>
#include <cstdint>

namespace candela::http::detail {

/// A set of tokens is one word; this is the set of one, and the empty set for `unknown`.
[[nodiscard]] constexpr std::uint64_t header_bit(header token) noexcept {
  return std::uint64_t{1} << static_cast<unsigned>(token) & ~std::uint64_t{1};
}

/// The slot of a name of at least two characters, any letter case. `tail` is its last three bytes and the colon behind
/// it as one little-endian word, with a line feed before a name of two: as they stand in a head. The multiplier was
/// searched for; that no two names share a slot is checked below, so that a new name that collides stops the build and
/// asks for another search.
[[nodiscard]] constexpr std::uint32_t name_slot(std::uint32_t tail, std::size_t length) noexcept {
  // Folding by a bit maps some other bytes onto letters too; the comparison that follows tells them apart.
  return ((tail | 0x20202020) + static_cast<std::uint32_t>(length)) * 0xba5ec763U >> 24;
}

/// The same slot of a name that no head surrounds.
[[nodiscard]] constexpr std::uint32_t name_slot(std::string_view name) noexcept {
  const auto byte = [](char c) { return static_cast<std::uint32_t>(static_cast<unsigned char>(c)); };
  const std::size_t size = name.size();
  const char before = size == 2 ? '\n' : name[size - 3];
  return name_slot(byte(before) | byte(name[size - 2]) << 8 | byte(name[size - 1]) << 16 | byte(':') << 24, size);
}

inline constexpr std::size_t longest_name = 32;

/// One slot, a cache line: all that a reader of heads needs to know about a name.
struct alignas(64) known_name {
  char text[longest_name] = {};  ///< padded with zeros behind the colon that follows a name on the wire
  std::string_view name;
  std::uint64_t bit = 0;
  header token = header::unknown;
  bool special = false;  ///< its value says how the head is to be read
};

consteval bool says_how_to_read(header token) {
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

struct name_table {
  std::array<known_name, 256> slots{};
  bool perfect = true;
};

consteval name_table make_name_table() {
  name_table table;
  for (std::size_t i = 1; i != header_count; ++i) {
    const auto token = static_cast<header>(i);
    const std::string_view name = lower_name(token);
    known_name& slot = table.slots[name_slot(name)];
    table.perfect = table.perfect && slot.token == header::unknown && name.size() <= longest_name;
    slot = {{}, name, header_bit(token), token, says_how_to_read(token)};
    for (std::size_t at = 0; at != name.size(); ++at) slot.text[at] = name[at];
    if (name.size() < longest_name) slot.text[name.size()] = ':';
  }
  return table;
}

inline constexpr name_table known_names = make_name_table();
static_assert(known_names.perfect, "two header names share a slot: search for another multiplier");

}  // namespace candela::http::detail
