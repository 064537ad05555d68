// The comparisons and their targets.
#include "bench/compare/contest.hpp"

namespace candela::bench {
namespace {

std::vector<std::string> responder_command(const contenders& who, const workload& load) {
  return {who.floor, "--port", "0", "--answer", load.answer};
}

}  // namespace

std::vector<std::string> contest::base_command(const contenders& who) const {
  return chain ? who.service : responder_command(who, load);
}

std::vector<std::string> contest::service_command(const contenders& who) const {
  if (who.self_check) return responder_command(who, load);
  std::vector<std::string> command = who.service;
  if (chain) command.emplace_back("--chain");
  return command;
}

verdict judge(double figure, double at_most) {
  constexpr double cliff = 1.25;
  if (figure <= at_most) return verdict::pass;
  return figure <= at_most * cliff ? verdict::miss : verdict::cliff;
}

const char* to_string(verdict what) {
  switch (what) {
    case verdict::pass: return "pass";
    case verdict::miss: return "miss";
    case verdict::cliff: return "CLIFF";
  }
  return "";
}

std::vector<contest> all_contests(bool self_check) {
  std::vector<contest> all = {
      {pipelined_equal_heads(), 1.30},
      {pipelined_different_heads(), 1.60},
      {plaintext_alone(), 1.10},
      {json_alone(), 1.10},
  };
  // Keeping at least 75 % of the requests per processor second is spending at most 1 / 0.75 times as much on each.
  contest chain{pipelined_equal_heads(), 1 / 0.75, true};
  chain.load.name = "default chain on, 16 deep, equal heads";
  if (!self_check) all.push_back(chain);
  return all;
}

}  // namespace candela::bench
