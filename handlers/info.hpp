// Tells which service this is.
#pragma once

#include <candela/server/exchange.hpp>
#include <candela/server/service_facts.hpp>
#include <candela/server/stage_setup.hpp>
#include <string>
#include <utility>
#include <vector>

namespace candela::handlers {

/// The handler `info`:
///
///     {"name":"orders","version":"1.4.2","started":"2026-11-22T04:42:09Z","uptime_seconds":86400,"team":"checkout"}
///
///     build: false               # whether to name the framework's version, compiler and standard library, too
///     fields: {team: checkout}   # what else is told, as text
///
/// A field whose value came from the environment or stands under a secret's name is refused at start-up.
class info {
 public:
  explicit info(stage_setup& setup);
  /// `facts` must outlive the handler.
  explicit info(const service_facts& facts) noexcept : facts_(facts) {}

  void operator()(exchange& x) const;

 private:
  const service_facts& facts_;
  bool build_ = false;
  std::vector<std::pair<std::string, std::string>> fields_;
};

}  // namespace candela::handlers
