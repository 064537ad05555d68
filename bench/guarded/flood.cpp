// flood --service PROGRAM [--pairs N] [--round-ms N] [--rate N] [--depth N] [--logs FOLDER]: how much later others are
// answered while one address sends forged tokens (100,000 a second, 16 a write), beside the same others left in peace;
// once with a limit by address in front of the checks, and once without one. Exit 0: with the limit the 99th percentile
// stays below twice what it is in peace; 1: it does not; 2: broken.
#include <sched.h>

#include <chrono>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "bench/guarded/issuer.hpp"
#include "bench/load/load_client.hpp"
#include "bench/measure/arguments.hpp"
#include "bench/measure/server_process.hpp"
#include "bench/measure/statistics.hpp"
#include "bench/measure/workload.hpp"

namespace {

using namespace candela::bench;
using namespace std::chrono_literals;

constexpr double most = 2;            // times the 99th percentile of the others in peace
constexpr unsigned others = 32;       // each with an address and a token that is known
constexpr double others_rate = 960;   // requests a second of all of them together
constexpr const char* uses = "3600";  // of an address in a minute: twice what each of the others needs

struct plan {
  unsigned pairs;
  std::chrono::milliseconds round;
  double rate;
  unsigned depth;
};

struct figures {
  std::vector<double> peace;  // 99th percentiles in microseconds
  std::vector<double> flood;
  std::vector<double> ratios;
  std::vector<double> rates;  // of the flood
};

load_options from(unsigned first_address, unsigned addresses, const std::string& field, unsigned depth,
                  std::uint16_t port) {
  workload load = plaintext_alone();
  load.fields = field;
  load.connections = others;
  load.depth = depth;
  load_options options = options_for(load, port);
  options.addresses = {first_address, addresses};
  return options;
}

double p99(const load_result& of) { return std::chrono::duration<double, std::micro>(of.latency.at(0.99)).count(); }

double others_in(load_client& client, std::chrono::nanoseconds time) {
  const load_result result = client.run({time, 0, others_rate});
  if (result.errors > 0) throw std::runtime_error("one of the others was not served: " + client.first_error());
  return p99(result);
}

// The flood runs when nothing else wants the client's core: what the others wait for is the server.
class flood {
 public:
  flood(load_client& client, std::chrono::nanoseconds time, double rate)
      : thread_([this, &client, time, rate] {
          const sched_param none{};
          sched_setscheduler(0, SCHED_IDLE, &none);
          const load_result result = client.run({time, 0, rate});
          rate_ = static_cast<double>(result.requests) / result.seconds;
        }) {}
  double rate() {
    thread_.join();
    return rate_;
  }

 private:
  double rate_ = 0;
  std::jthread thread_;
};

figures measure(const std::vector<std::string>& service, const std::string& log, const tokens& shown, const plan& how) {
  const server_process server(service, log);
  load_client good(from(1, others, shown.good, 1, server.port()));
  load_client bad(from(0, 1, shown.forged, how.depth, server.port()));
  others_in(good, how.round);
  flood(bad, how.round, how.rate).rate();
  figures all;
  const auto in_peace = [&] { all.peace.push_back(others_in(good, how.round)); };
  for (unsigned number = 0; number != how.pairs; ++number) {
    if (number % 2 == 0) in_peace();
    // It begins before the others and ends after them.
    flood beside(bad, how.round + 200ms, how.rate);
    std::this_thread::sleep_for(100ms);
    all.flood.push_back(others_in(good, how.round));
    all.rates.push_back(beside.rate());
    if (number % 2 != 0) in_peace();
    all.ratios.push_back(all.flood.back() / all.peace.back());
  }
  return all;
}

double show(const char* name, const figures& all) {
  const spread ratio = spread_of(all.ratios);
  std::printf("%-22s %9.0f %9.0f %12.0f   x %.2f (%.2f to %.2f)\n", name, spread_of(all.peace).median,
              spread_of(all.flood).median, spread_of(all.rates).median, ratio.median, ratio.lower, ratio.upper);
  std::fflush(stdout);
  return ratio.median;
}

}  // namespace

int main(int argc, char** argv) try {
  const arguments given(argc, argv, {"--service", "--pairs", "--round-ms", "--rate", "--depth", "--logs"});
  const std::string service = given.text("--service", "");
  if (service.empty()) throw std::invalid_argument("--service: needed");
  plan how{.pairs = static_cast<unsigned>(given.number("--pairs", 10, 1, 1000)),
           .round = std::chrono::milliseconds(given.number("--round-ms", 1000, 10, 60000)),
           .rate = static_cast<double>(given.number("--rate", 100'000, 1, 10'000'000)),
           .depth = static_cast<unsigned>(given.number("--depth", 16, 1, 100))};
  const std::string logs = given.text("--logs", ".");
  const std::string keys = logs + "/flood-keys.json";
  const tokens shown = prepare_tokens(keys);
  const std::vector<std::string> open = {service, "--keys", keys, "--port", "0", "--workers", "1"};
  std::vector<std::string> limited = open;
  limited.insert(limited.end(), {"--uses", uses});
  pin_to(client_core);
  std::printf("%-22s %9s %9s %12s   %s\n", "p99 of others", "in peace", "flooded", "forged/s", "flooded / in peace");
  const double ratio = show("limited by address", measure(limited, logs + "/flood-limited.log", shown, how));
  how.pairs = (how.pairs + 2) / 3;
  show("without a limit", measure(open, logs + "/flood-open.log", shown, how));
  return ratio < most ? 0 : 1;
} catch (const std::exception& error) {
  std::fprintf(stderr, "flood: %s\n", error.what());
  return 2;
}
