// Rendering of outcomes.
#include "bench/compare/report.hpp"

#include "bench/measure/json_text.hpp"

namespace candela::bench {
namespace {

constexpr auto multiple_of = [](const round_pair& pair) { return pair.cpu_multiple(); };
constexpr auto ratio_of = [](const round_pair& pair) { return pair.rate_ratio(); };
constexpr auto base_rate = [](const round_pair& pair) { return pair.base.rate(); };
constexpr auto service_rate = [](const round_pair& pair) { return pair.service.rate(); };
constexpr auto base_cpu = [](const round_pair& pair) { return pair.base.cpu_per_request() * 1e9; };
constexpr auto service_cpu = [](const round_pair& pair) { return pair.service.cpu_per_request() * 1e9; };

void write_spread(std::FILE* out, const char* name, const spread& figures) {
  std::fprintf(out, R"("%s": {"lower": %.5g, "median": %.5g, "upper": %.5g}, )", name, figures.lower, figures.median,
               figures.upper);
}

void write_round(std::FILE* out, const char* name, const measured_round& round) {
  std::fprintf(out, R"("%s": {"requests": %llu, "seconds": %.6f, "cpu_seconds": %.9f})", name,
               static_cast<unsigned long long>(round.requests), round.seconds, round.cpu_seconds);
}

void write_pairs(std::FILE* out, const std::vector<round_pair>& pairs) {
  std::fprintf(out, "\"pairs\": [");
  for (std::size_t at = 0; at < pairs.size(); ++at) {
    std::fprintf(out, "%s\n      {", at == 0 ? "" : ",");
    write_round(out, "base", pairs[at].base);
    std::fprintf(out, ", ");
    write_round(out, "service", pairs[at].service);
    std::fprintf(out, "}");
  }
  std::fprintf(out, "]");
}

void write_outcome(std::FILE* out, const outcome& one) {
  std::fprintf(out, R"(    {"name": "%s", "base": "%s", "most_cpu_multiple": %.4g, )", one.what.load.name.c_str(),
               one.what.chain ? "service without chain" : "floor", one.what.most_cpu_multiple);
  if (!one.failure.empty()) {
    std::fprintf(out, R"("failure": %s})", json_text(one.failure).c_str());
    return;
  }
  write_spread(out, "cpu_multiple", one.result.figures(multiple_of));
  write_spread(out, "rate_ratio", one.result.figures(ratio_of));
  write_spread(out, "base_ns_per_request", one.result.figures(base_cpu));
  write_spread(out, "service_ns_per_request", one.result.figures(service_cpu));
  std::fprintf(out, R"("verdict": "%s", "answer_bytes": {"base": %zu, "service": %zu}, )", to_string(one.judged()),
               one.result.base_answer_bytes, one.result.service_answer_bytes);
  write_pairs(out, one.result.pairs);
  std::fprintf(out, "}");
}

}  // namespace

double outcome::cpu_multiple() const { return result.figures(multiple_of).median; }

verdict outcome::judged() const { return judge(cpu_multiple(), what.most_cpu_multiple); }

void print_heading(std::FILE* out) {
  std::fprintf(out, "%-39s %21s  %15s  %6s  %-22s %s\n", "", "requests/s", "CPU ns/request", "rate", "CPU multiple",
               "");
  std::fprintf(out, "%-39s %10s %10s  %7s %7s  %6s  %-22s %s\n", "load", "base", "service", "base", "service", "ratio",
               "median [quartiles]", "target");
}

void print_outcome(std::FILE* out, const outcome& one) {
  std::fprintf(out, "%-39s ", one.what.load.name.c_str());
  if (!one.failure.empty()) {
    std::fprintf(out, "FAILED: %s\n", one.failure.c_str());
    return;
  }
  const duel_result& result = one.result;
  const spread multiple = result.figures(multiple_of);
  std::fprintf(out, "%10.0f %10.0f  %7.0f %7.0f  %6.3f  ", result.figures(base_rate).median,
               result.figures(service_rate).median, result.figures(base_cpu).median, result.figures(service_cpu).median,
               result.figures(ratio_of).median);
  std::fprintf(out, "%.3f [%.3f - %.3f]   <= %.2f %s", multiple.median, multiple.lower, multiple.upper,
               one.what.most_cpu_multiple, to_string(one.judged()));
  if (one.what.chain)
    std::fprintf(out, " (keeps %.0f %% of requests per CPU second, target 75)", 100 / multiple.median);
  std::fprintf(out, "\n");
  if (!one.what.chain && result.base_answer_bytes != result.service_answer_bytes) {
    std::fprintf(out, "%-39s note: answers of %zu bytes against %zu\n", "", result.base_answer_bytes,
                 result.service_answer_bytes);
  }
}

void write_json(std::FILE* out, const std::vector<outcome>& all) {
  std::fprintf(out, "{\n  \"comparisons\": [");
  for (std::size_t at = 0; at < all.size(); ++at) {
    std::fprintf(out, "%s\n", at == 0 ? "" : ",");
    write_outcome(out, all[at]);
  }
  std::fprintf(out, "\n  ]\n}\n");
}

}  // namespace candela::bench
