// Two servers under the same load in alternating short rounds.
#pragma once

#include <chrono>
#include <cstdint>
#include <utility>
#include <vector>

#include "bench/load/load_client.hpp"
#include "bench/measure/server_process.hpp"
#include "bench/measure/statistics.hpp"
#include "bench/measure/workload.hpp"

namespace candela::bench {

/// What one round on one server came to.
struct measured_round {
  std::uint64_t requests = 0;
  double seconds = 0;
  double cpu_seconds = 0;  ///< of the server

  double rate() const { return static_cast<double>(requests) / seconds; }
  double cpu_per_request() const { return cpu_seconds / static_cast<double>(requests); }
};

/// Two rounds that ran one after the other, so that they saw much the same machine.
struct round_pair {
  measured_round base;
  measured_round service;

  double cpu_multiple() const { return service.cpu_per_request() / base.cpu_per_request(); }
  double rate_ratio() const { return service.rate() / base.rate(); }
};

/// How many rounds, and how long each is.
struct duel_plan {
  unsigned pairs = 10;
  std::chrono::milliseconds round{500};
};

/// All rounds of two servers under one load.
struct duel_result {
  std::vector<round_pair> pairs;
  std::size_t base_answer_bytes = 0;
  std::size_t service_answer_bytes = 0;

  /// The spread of a figure over all pairs: `figures([](const round_pair& pair) { return pair.rate_ratio(); })`.
  template <typename Figure>
  spread figures(Figure figure) const {
    std::vector<double> all;
    for (const round_pair& pair : pairs) all.push_back(figure(pair));
    return spread_of(std::move(all));
  }
};

/// Loads both servers in turn (base, service, service, base, ...). The first wrong answer or lost connection ends it
/// with a std::runtime_error that shows it: figures of a server that errs mean nothing.
duel_result fight(const server_process& base, const server_process& service, const workload& load,
                  const duel_plan& plan);

}  // namespace candela::bench
