// Typed values that stages leave on an exchange for those behind them: one slot per registered name.
#pragma once

#include <algorithm>
#include <candela/core/arena.hpp>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace candela {

/// The slot of that name, the same in every library of the process. Throws `std::logic_error` when the slots are frozen
/// and the name is new, or when there are too many. Thread-safe; meant for start-up.
[[nodiscard]] std::uint16_t attachment_slot(std::string_view name);

/// From here on no new name is taken; how many there are. The service calls it when its plugins are loaded.
std::size_t freeze_attachments() noexcept;

inline constexpr std::size_t max_attachments = 32;

namespace detail {
// How many an exchange has room for. Falls when the slots are frozen, which is before there are exchanges.
inline constinit std::size_t slots_in_use = max_attachments;

// Resolved when the library that uses the type is loaded, so that finding a slot costs one load.
template <class Type>
inline const std::uint16_t slot_of = attachment_slot(Type::attachment_name);
}  // namespace detail

/// The slots of an exchange, all empty.
[[nodiscard]] inline void** make_attachment_slots(arena& memory) {
  const std::size_t count = detail::slots_in_use;
  auto* slots = static_cast<void**>(memory.allocate(count * sizeof(void*), alignof(void*)));
  std::fill_n(slots, count, nullptr);
  return slots;
}

/// An attachment is a type with a `static constexpr std::string_view attachment_name`, and holds only values and memory
/// of the exchange's arena.
template <class Type>
concept attachment = requires { std::string_view(Type::attachment_name); };

}  // namespace candela
