// instructions --floor PROGRAM --service PROGRAM [--json FILE] [--logs FOLDER] [--check]: user-mode instructions a
// request, counted by callgrind. Each load runs twice with different numbers of requests; the difference quotient
// leaves out starting, connecting and ending. Without valgrind it says so and measures nothing. Exit 0: measured or
// skipped; 1: with --check, a target was missed by more than a quarter; 2: something broke.
#include <algorithm>
#include <cstdio>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/compare/contest.hpp"
#include "bench/measure/arguments.hpp"
#include "bench/measure/instruction_count.hpp"
#include "bench/measure/json_text.hpp"
#include "bench/measure/server_process.hpp"
#include "bench/measure/workload.hpp"

namespace {

using namespace candela::bench;

struct count {
  workload load;
  double target = 0;
  double floor = 0;
  double service = 0;
  std::string failure;
};

void measure(count& one, const contenders& who, const std::string& logs) {
  try {
    one.floor = instructions_per_request({who.floor, "--port", "0", "--answer", one.load.answer}, one.load, logs);
    one.service = instructions_per_request(who.service, one.load, logs);
  } catch (const std::exception& error) {
    one.failure = error.what();
  }
}

void print(const count& one) {
  if (!one.failure.empty()) {
    std::printf("%-39s FAILED: %s\n", one.load.name.c_str(), one.failure.c_str());
  } else {
    std::printf("%-39s %10.0f %10.0f   <= %.0f %s\n", one.load.name.c_str(), one.floor, one.service, one.target,
                to_string(judge(one.service, one.target)));
  }
  std::fflush(stdout);
}

void write_json(const std::string& file, const std::vector<count>& all) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> out(std::fopen(file.c_str(), "w"), std::fclose);
  if (!out) throw std::runtime_error("cannot write " + file);
  std::fprintf(out.get(), "{\n  \"instructions\": [");
  for (std::size_t at = 0; at < all.size(); ++at) {
    const count& one = all[at];
    std::fprintf(out.get(), "%s\n    {\"name\": %s, \"target\": %.0f, ", at == 0 ? "" : ",",
                 json_text(one.load.name).c_str(), one.target);
    if (!one.failure.empty()) {
      std::fprintf(out.get(), "\"failure\": %s}", json_text(one.failure).c_str());
    } else {
      std::fprintf(out.get(), R"("floor": %.1f, "service": %.1f, "verdict": "%s"})", one.floor, one.service,
                   to_string(judge(one.service, one.target)));
    }
  }
  std::fprintf(out.get(), "\n  ]\n}\n");
}

std::vector<count> all_counts() {
  return {{pipelined_equal_heads(), 400, 0, 0, {}},
          {pipelined_different_heads(), 1300, 0, 0, {}},
          {plaintext_alone(), 1300, 0, 0, {}},
          {json_alone(), 1500, 0, 0, {}}};
}

int status_of(const std::vector<count>& all, bool check) {
  const auto failed = [](const count& one) { return !one.failure.empty(); };
  const auto fell = [](const count& one) { return judge(one.service, one.target) == verdict::cliff; };
  if (std::any_of(all.begin(), all.end(), failed)) return 2;
  return check && std::any_of(all.begin(), all.end(), fell) ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) try {
  const arguments given(argc, argv, {"--floor", "--service", "--json", "--logs"}, {"--check"});
  if (!given.has("--floor")) throw std::invalid_argument("--floor: needed");
  if (!given.has("--service")) throw std::invalid_argument("--service: needed");
  if (!valgrind_installed()) {
    std::printf("instructions: skipped: valgrind is not installed\n");
    return 0;
  }
  const contenders who{
      given.text("--floor", ""), {given.text("--service", ""), "--port", "0", "--workers", "1"}, false};
  pin_to(client_core);
  std::printf("%-39s %10s %10s   %s\n", "user-mode instructions a request", "floor", "service", "target");
  std::vector<count> all = all_counts();
  for (count& one : all) {
    measure(one, who, given.text("--logs", "."));
    print(one);
  }
  if (given.has("--json")) write_json(given.text("--json", ""), all);
  return status_of(all, given.has("--check"));
} catch (const std::exception& error) {
  std::fprintf(stderr, "instructions: %s\n", error.what());
  return 2;
}
