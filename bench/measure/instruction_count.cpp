// Instructions a request, by callgrind.
#include "bench/measure/instruction_count.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "bench/measure/server_process.hpp"

namespace candela::bench {

bool valgrind_installed() {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (access((folder + "/valgrind").c_str(), X_OK) == 0) return true;
  }
  return false;
}

namespace {

// The total that callgrind writes at the end of its file, as "summary: N" or "totals: N".
double instructions_in(const std::string& file) {
  std::ifstream lines(file);
  double total = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("summary: ") || line.starts_with("totals: ")) {
      total = std::max(total, std::strtod(line.c_str() + line.find(' '), nullptr));
    }
  }
  if (total == 0) throw std::runtime_error("no instructions were counted in " + file);
  return total;
}

double total_of(const std::vector<std::string>& command, const workload& load, std::uint64_t requests,
                const std::string& logs) {
  const std::string counts = logs + "/callgrind.out";
  std::remove(counts.c_str());
  std::vector<std::string> watched = {"valgrind", "--tool=callgrind", "--callgrind-out-file=" + counts,
                                      "--log-file=" + logs + "/callgrind.log"};
  watched.insert(watched.end(), command.begin(), command.end());
  server_process server(watched, logs + "/counted.log");
  load_client client(options_for(load, server.port()));
  const load_result result = client.run({{}, requests});
  if (result.errors > 0) throw std::runtime_error("load failed: " + client.first_error());
  if (!server.stop()) throw std::runtime_error(command[0] + " did not end by itself with status 0");
  return instructions_in(counts);
}

}  // namespace

double instructions_per_request(const std::vector<std::string>& command, const workload& load,
                                const std::string& logs) {
  constexpr std::uint64_t few_rounds = 2;  // every connection has seen what there is to remember
  constexpr std::uint64_t many_rounds = 10;
  const std::uint64_t round = std::uint64_t{load.connections} * load.depth;
  const std::uint64_t more = std::max<std::uint64_t>(round * many_rounds, 10'000);
  const double few = total_of(command, load, round * few_rounds, logs);
  const double many = total_of(command, load, round * few_rounds + more, logs);
  return (many - few) / static_cast<double>(more);
}

}  // namespace candela::bench
