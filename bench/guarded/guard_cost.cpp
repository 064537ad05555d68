// guard_cost --service PROGRAM [--pairs N] [--round-ms N] [--count] [--logs FOLDER]: how many of its requests per
// processor second a service keeps when it names, counts, limits and verifies who asks, beside itself without all that
// and sent the same bytes; --count counts instructions instead. Exit 0: measured; 1: below a target; 2: broken.
#include <chrono>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/compare/duel.hpp"
#include "bench/guarded/issuer.hpp"
#include "bench/measure/arguments.hpp"
#include "bench/measure/instruction_count.hpp"

namespace {

using namespace candela::bench;

struct contest {
  workload load;
  double least = 0;  // of the plain service's requests per processor second
};

std::vector<contest> all_contests(const std::string& field) {
  workload pipelined = pipelined_equal_heads();
  workload alone = plaintext_alone();
  pipelined.fields = alone.fields = field;
  return {{pipelined, 0.70}, {alone, 0.95}};
}

// What is kept, and of what: processor seconds by a duel, or instructions.
double kept(const contest& what, const std::vector<std::string>& plain, const std::vector<std::string>& guarded,
            const arguments& given, const std::string& logs) {
  if (given.has("--count")) {
    const double base = instructions_per_request(plain, what.load, logs);
    const double whole = instructions_per_request(guarded, what.load, logs);
    std::printf("%-39s %8.0f %8.0f instructions", what.load.name.c_str(), base, whole);
    return base / whole;
  }
  const duel_plan plan{static_cast<unsigned>(given.number("--pairs", 10, 1, 1000)),
                       std::chrono::milliseconds(given.number("--round-ms", 500, 10, 60000))};
  const server_process base(plain, logs + "/plain.log");
  const server_process whole(guarded, logs + "/guarded.log");
  const duel_result result = fight(base, whole, what.load, plan);
  const auto nanoseconds = [](const measured_round& round) { return round.cpu_per_request() * 1e9; };
  const double one = result.figures([&](const round_pair& pair) { return nanoseconds(pair.base); }).median;
  const double other = result.figures([&](const round_pair& pair) { return nanoseconds(pair.service); }).median;
  std::printf("%-39s %8.0f %8.0f ns", what.load.name.c_str(), one, other);
  return 1 / result.figures([](const round_pair& pair) { return pair.cpu_multiple(); }).median;
}

}  // namespace

int main(int argc, char** argv) try {
  const arguments given(argc, argv, {"--service", "--pairs", "--round-ms", "--logs"}, {"--count"});
  const std::string service = given.text("--service", "");
  if (service.empty()) throw std::invalid_argument("--service: needed");
  if (given.has("--count") && !valgrind_installed()) throw std::runtime_error("valgrind is not installed");
  const std::string logs = given.text("--logs", ".");
  const std::string keys = logs + "/guarded-keys.json";
  const std::string field = prepare_tokens(keys).good;
  const std::vector<std::string> guarded = {service, "--keys", keys, "--port", "0", "--workers", "1"};
  std::vector<std::string> plain = guarded;
  plain.emplace_back("--plain");
  pin_to(client_core);
  std::printf("%-39s %8s %8s\n", "a request", "plain", "guarded");
  bool reached = true;
  for (const contest& what : all_contests(field)) {
    const double share = kept(what, plain, guarded, given, logs);
    std::printf("   keeps %5.1f %%, at least %.0f\n", share * 100, what.least * 100);
    std::fflush(stdout);
    reached = reached && share >= what.least;
  }
  return reached ? 0 : 1;
} catch (const std::exception& error) {
  std::fprintf(stderr, "guard_cost: %s\n", error.what());
  return 2;
}
