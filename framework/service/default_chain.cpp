#include <candela/service/stage_use.hpp>

namespace candela {

// The order is the point:
std::vector<stage_use> default_chain() {
  return {
      // First, so that everything behind it, and every refusal, has the name under which logs find it.
      "correlation_id",
      // Before anything that may refuse, so that refusals count.
      "metrics",
      // In front of every chain: an answer that a stage there gives leaves with these fields, too.
      "security_headers",
  };
}

}  // namespace candela
