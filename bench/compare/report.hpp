// The comparison's outcome: a table for people, JSON for programs.
#pragma once

#include <cstdio>
#include <string>
#include <vector>

#include "bench/compare/contest.hpp"
#include "bench/compare/duel.hpp"

namespace candela::bench {

/// A contest that was held, or what kept it from being held.
struct outcome {
  contest what;
  duel_result result;
  std::string failure;  ///< empty when the rounds were played

  double cpu_multiple() const;
  verdict judged() const;
};

/// Prints the line above the outcomes.
void print_heading(std::FILE* out);
/// Prints one outcome: medians, and the quartiles of the processor multiple.
void print_outcome(std::FILE* out, const outcome& one);
/// Writes medians, quartiles, and the raw figures of every round.
void write_json(std::FILE* out, const std::vector<outcome>& all);

}  // namespace candela::bench
