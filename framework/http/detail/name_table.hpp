// The perfect hash over the names with a token, built and proved at compile time. Private.
#pragma once

#include <array>
#include <candela/http/header_name.hpp>
#include <cstddef>
#include <cstdint>

namespace candela::http::detail {

/// A set of tokens is one word; this is the set of one.
[[nodiscard]] constexpr std::uint64_t header_bit(header token) noexcept {
  return std::uint64_t{1} << static_cast<unsigned>(token);
}

/// The slot of a name of at least two characters, any letter case. The multiplier was searched for; that no two names
/// share a slot is checked below, so a new name that collides stops the build and asks for another search.
[[nodiscard]] constexpr std::uint32_t name_slot(char first, char last_but_one, std::size_t length) noexcept {
  const auto head = static_cast<std::uint32_t>(static_cast<unsigned char>(first));
  const auto tail = static_cast<std::uint32_t>(static_cast<unsigned char>(last_but_one));
  // Folding by a bit maps some other bytes onto letters too; the comparison that follows tells them apart.
  const std::uint32_t key = (head | tail << 8 | static_cast<std::uint32_t>(length) << 16) | 0x2020;
  return key * 0x90976defU >> 24;
}

inline constexpr std::size_t longest_name = 32;

/// A name padded with zeros, for comparison in one or two vectors; the colon that follows it on the wire included where
/// there is room for it.
struct padded_name {
  alignas(32) char text[longest_name] = {};
};

struct name_table {
  std::array<header, 256> slots{};
  std::array<padded_name, header_count> names{};
  bool perfect = true;
};

consteval name_table make_name_table() {
  name_table table;
  for (std::size_t token = 1; token != header_count; ++token) {
    const std::string_view name = lower_names[token];
    header& slot = table.slots[name_slot(name[0], name[name.size() - 2], name.size())];
    table.perfect = table.perfect && slot == header::unknown && name.size() <= longest_name;
    slot = static_cast<header>(token);
    for (std::size_t i = 0; i != name.size(); ++i) table.names[token].text[i] = name[i];
    if (name.size() < longest_name) table.names[token].text[name.size()] = ':';
  }
  return table;
}

inline constexpr name_table known_names = make_name_table();
static_assert(known_names.perfect, "two header names share a slot: search for another multiplier");

}  // namespace candela::http::detail
