// The rounds of a comparison.
#include "bench/compare/duel.hpp"

#include <stdexcept>
#include <string>

namespace candela::bench {
namespace {

measured_round play(const server_process& server, load_client& client, std::chrono::nanoseconds time) {
  const std::chrono::nanoseconds before = server.cpu_time();
  const load_result load = client.run({time, 0});
  const std::chrono::duration<double> spent = server.cpu_time() - before;
  if (load.errors > 0 || load.requests == 0) {
    throw std::runtime_error(std::to_string(load.errors) + " errors, the first: " + client.first_error());
  }
  return {load.requests, load.seconds, spent.count()};
}

}  // namespace

duel_result fight(const server_process& base, const server_process& service, const workload& load,
                  const duel_plan& plan) {
  load_client base_client(options_for(load, base.port()));
  load_client service_client(options_for(load, service.port()));
  const auto warm_up = plan.round / 2;
  play(base, base_client, warm_up);
  play(service, service_client, warm_up);
  duel_result result;
  for (unsigned number = 0; number < plan.pairs; ++number) {
    round_pair pair;
    if (number % 2 == 0) pair.base = play(base, base_client, plan.round);
    pair.service = play(service, service_client, plan.round);
    if (number % 2 != 0) pair.base = play(base, base_client, plan.round);
    result.pairs.push_back(pair);
  }
  result.base_answer_bytes = base_client.answer_bytes();
  result.service_answer_bytes = service_client.answer_bytes();
  return result;
}

}  // namespace candela::bench
