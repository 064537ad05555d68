// What a request costs in instructions, which a busy machine does not change.
#pragma once

#include <string>
#include <vector>

#include "bench/measure/workload.hpp"

namespace candela::bench {

/// Whether there is anything to count with.
bool valgrind_installed();

/// User-mode instructions of a server for one request of that load: it runs twice with different numbers of requests,
/// and the difference quotient leaves out starting, connecting and ending. Leaves files in the folder `logs`. Throws
/// `std::runtime_error` when something breaks or answers wrong.
double instructions_per_request(const std::vector<std::string>& command, const workload& load, const std::string& logs);

}  // namespace candela::bench
