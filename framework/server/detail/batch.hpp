// Private to the room: what the answers of one read callback leave behind.
#pragma once

#include <candela/core/arena.hpp>
#include <candela/server/dispatcher.hpp>
#include <candela/server/outcome.hpp>

namespace candela {

/// The answers of one read callback: their memory, and what is to be told when they have left.
struct dispatcher::batch {
  arena memory;
  exchange_outcome* first = nullptr;
  exchange_outcome* last = nullptr;
  generation* serving = nullptr;  // set while it is detached

  void add(exchange_outcome& outcome) noexcept {
    (last == nullptr ? first : last->next) = &outcome;
    last = &outcome;
  }
};

}  // namespace candela
