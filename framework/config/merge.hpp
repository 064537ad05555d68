// One configuration laid over another.
#pragma once

#include <candela/config/node.hpp>

namespace candela::config {

/// `base` with what `overlay` says: where both are maps their members merge, to any depth; otherwise a value of
/// `overlay` replaces that of `base`, lists as a whole. A null in `overlay` says nothing and leaves what `base` has.
/// Every value keeps the place where it was written; maps that both have take the overlay's. Members of `base` come
/// first, in their order.
[[nodiscard]] node merge(const node& base, const node& overlay);

}  // namespace candela::config
