// Private to the room: keeps a pinned exchange while its own code is on the stack.
#pragma once

#include <candela/server/exchange.hpp>
#include <candela/server/pinned_state.hpp>

namespace candela {

class exchange::entry {
 public:
  explicit entry(exchange& entered) noexcept : exchange_(entered) {
    if (exchange_.pinned_ != nullptr) ++exchange_.pinned_->busy;
  }
  entry(const entry&) = delete;
  entry& operator=(const entry&) = delete;
  ~entry() {
    if (exchange_.pinned_ != nullptr && --exchange_.pinned_->busy == 0) exchange_.maybe_end();
  }

 private:
  exchange& exchange_;
};

}  // namespace candela
