// Private to the room: a composition as the routes and stages of one worker.
#pragma once

#include <candela/core/metrics.hpp>
#include <candela/net/lanes.hpp>
#include <candela/net/worker.hpp>
#include <candela/server/generation.hpp>
#include <candela/server/service_facts.hpp>
#include <candela/service/detail/composition.hpp>
#include <memory>

namespace candela::detail {

/// What stages and handlers of one worker are given when they are made. All of it outlives them.
struct workshop {
  const catalog& names;
  metrics::registry& metrics;
  net::lanes& lanes;
  service_facts& facts;
  store::worker_store* store;
  const store::revocations* revoked;
};

/// Makes every chain, handler and route. On the worker's thread, or before it runs. Throws `config::error` for names
/// that nothing has, for options that a stage does not know or take, and for patterns that cannot be.
[[nodiscard]] std::unique_ptr<generation> assemble(const composition& plan, const workshop& tools, net::worker& worker);

}  // namespace candela::detail
