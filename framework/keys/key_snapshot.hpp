// What a key source has at one time.
#pragma once

#include <candela/jose/key_set.hpp>
#include <cstdint>
#include <memory>

namespace candela::keys {

/// Immutable, shared by all workers. Whoever uses one of its keys holds it meanwhile.
struct key_snapshot {
  /// Never the same for two contents in one process: what was verified with these keys is good while it stays.
  std::uint64_t epoch = 0;
  jose::key_set keys;
};

using key_snapshot_ptr = std::shared_ptr<const key_snapshot>;

}  // namespace candela::keys
