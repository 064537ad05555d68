// What the service knows about itself, for handlers that tell it.
#pragma once

#include <candela/server/health_registry.hpp>
#include <chrono>
#include <string>

namespace candela {

/// Owned by the service and filled before it serves; afterwards only `health` changes, and that by itself.
struct service_facts {
  std::string name = "candela";
  std::string version;
  std::chrono::system_clock::time_point started = std::chrono::system_clock::now();
  health_registry health;
};

}  // namespace candela
