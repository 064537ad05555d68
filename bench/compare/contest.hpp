// What is compared with what, and what is expected of it.
#pragma once

#include <string>
#include <vector>

#include "bench/compare/duel.hpp"
#include "bench/measure/workload.hpp"

namespace candela::bench {

/// Command lines of the servers.
struct contenders {
  std::string floor;                 ///< the bare responder's program
  std::vector<std::string> service;  ///< the service under test and its arguments
  bool self_check = false;  ///< the bare responder takes the service's place: shows the instrument's own spread
};

/// A load, the two servers it goes to, and the target.
struct contest {
  workload load;
  double most_cpu_multiple = 0;  ///< the service's processor time a request, in multiples of the base's
  bool chain = false;            ///< the base is the service itself, compared with the service behind its default chain

  /// The command line of the server that sets the measure.
  std::vector<std::string> base_command(const contenders& who) const;
  /// The command line of the server that is measured.
  std::vector<std::string> service_command(const contenders& who) const;
};

/// How a figure stands to its target.
enum class verdict {
  pass,
  miss,
  cliff,  ///< missed by more than a quarter
};

verdict judge(double figure, double at_most);
const char* to_string(verdict what);

/// Every comparison of the benchmark. The one with the chain is left out of a self check.
std::vector<contest> all_contests(bool self_check);

}  // namespace candela::bench
