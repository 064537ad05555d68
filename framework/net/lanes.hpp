// The blocking lanes that a service has.
#pragma once

#include <algorithm>
#include <candela/net/lane.hpp>
#include <thread>

namespace candela::net {

/// Owned by the service and shared by its workers. Separate, so that slow files cannot hold up signatures. A lane that
/// nobody uses has no thread.
struct lanes {
  /// Signatures, key derivation, compression of large things: as many threads as cores.
  lane cpu{lane_options{"candela-cpu", std::max(1U, std::thread::hardware_concurrency()), 1024}};
  /// Files and name resolution, which wait more than they compute.
  lane files{lane_options{"candela-files", 4, 1024}};

  /// Shuts all of them down; see `lane::shut_down`.
  void shut_down() {
    cpu.shut_down();
    files.shut_down();
  }
};

}  // namespace candela::net
