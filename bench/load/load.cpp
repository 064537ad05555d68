// load --port P [--connections N] [--pipeline D] [--seconds S [--rate R] | --requests N] [--path PATH]
//      [--heads equal|different] [--head-bytes N] [--field LINE] [--expect BODY] [--rounds]: loads 127.0.0.1:P and
//      prints the result as a line of JSON; exit 1 when there were errors. Without a rate (requests a second) it is as
//      fast as the server. A field ("Authorization: Bearer ...") comes beside the head's bytes. With --rounds it
//      connects, then runs once for every line of standard input, which says for how many seconds and, after a space,
//      at what rate; the connections stay open and idle between the runs.
#include <algorithm>
#include <cstdio>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>

#include "bench/load/load_client.hpp"
#include "bench/measure/arguments.hpp"
#include "bench/measure/json_text.hpp"

namespace {

using namespace candela::bench;

// With its end; what would be more than one line, or none, is refused.
std::string field_line(const std::string& field) {
  if (field.empty()) return field;
  const std::size_t colon = field.find(':');
  if (colon == 0 || colon == std::string::npos || field.find_first_of("\r\n") != std::string::npos) {
    throw std::invalid_argument("--field: a name, a colon and a value in one line");
  }
  return field + "\r\n";
}

load_options options_from(const arguments& given) {
  if (!given.has("--port")) throw std::invalid_argument("--port: needed");
  load_options options;
  options.port = static_cast<std::uint16_t>(given.number("--port", 0, 1, 65535));
  options.connections = static_cast<unsigned>(given.number("--connections", 64, 1, 60000));
  options.depth = static_cast<unsigned>(given.number("--pipeline", 1, 1, request_batch::most_requests));
  options.layout.path = given.text("--path", options.layout.path);
  options.layout.bytes = given.number("--head-bytes", options.layout.bytes, 1, 4096);
  options.layout.fields = field_line(given.text("--field", ""));
  options.layout.bytes += options.layout.fields.size();
  if (given.choice("--heads", {"equal", "different"}) == "different") options.layout.kind = head_kind::different;
  options.expected_body = given.text("--expect", "");
  return options;
}

std::chrono::nanoseconds nanoseconds(double seconds) {
  return std::chrono::nanoseconds(static_cast<std::int64_t>(seconds * 1e9));
}

load_limit limit_from(const arguments& given) {
  load_limit limit;
  limit.time = nanoseconds(given.seconds("--seconds", 5));
  limit.requests = given.number("--requests", 0, 1, std::uint64_t{1} << 40);
  limit.rate = static_cast<double>(given.number("--rate", 0, 1, 100'000'000));
  if (limit.requests != 0 && limit.rate != 0) throw std::invalid_argument("--rate: not with --requests");
  return limit;
}

double microseconds(std::chrono::nanoseconds time) { return static_cast<double>(time.count()) / 1e3; }

void print(const load_client& client, const load_result& result) {
  std::printf(R"({"requests": %llu, "seconds": %.6f, "errors": %llu, "requests_per_second": %.0f, )",
              static_cast<unsigned long long>(result.requests), result.seconds,
              static_cast<unsigned long long>(result.errors), static_cast<double>(result.requests) / result.seconds);
  std::printf(R"("head_bytes": %zu, "answer_bytes": %zu, "latency_us": )", client.head_bytes(), client.answer_bytes());
  std::printf(R"({"p50": %.1f, "p90": %.1f, "p99": %.1f, "p99.9": %.1f, "max": %.1f})",
              microseconds(result.latency.at(0.5)), microseconds(result.latency.at(0.9)),
              microseconds(result.latency.at(0.99)), microseconds(result.latency.at(0.999)),
              microseconds(result.latency.at(1)));
  if (result.errors > 0) std::printf(R"(, "first_error": %s)", json_text(client.first_error()).c_str());
  std::printf("}\n");
  std::fflush(stdout);
}

// A wrong line is refused as wrong options would be.
load_limit limit_in(const std::string& line) {
  const std::size_t space = std::min(line.find(' '), line.size());
  const std::string time = line.substr(0, space);
  const std::string rate = line.substr(std::min(space + 1, line.size()));
  const char* const words[] = {"load", "--seconds", time.c_str(), "--rate", rate.c_str()};
  return limit_from(arguments(rate.empty() ? 3 : 5, words, {"--seconds", "--rate"}));
}

std::uint64_t run_rounds(load_client& client) {
  std::uint64_t errors = 0;
  for (std::string line; std::getline(std::cin, line);) {
    const load_result result = client.run(limit_in(line));
    errors += result.errors;
    print(client, result);
  }
  return errors;
}

std::uint64_t run_once(load_client& client, const load_limit& limit) {
  const load_result result = client.run(limit);
  print(client, result);
  return result.errors;
}

}  // namespace

int main(int argc, char** argv) try {
  const arguments given(argc, argv,
                        {"--port", "--connections", "--pipeline", "--seconds", "--requests", "--path", "--heads",
                         "--head-bytes", "--field", "--expect", "--rate"},
                        {"--rounds"});
  load_client client(options_from(given));
  const std::uint64_t errors = given.has("--rounds") ? run_rounds(client) : run_once(client, limit_from(given));
  if (errors == 0) return 0;
  std::fprintf(stderr, "load: first error: %s\n", client.first_error().c_str());
  return 1;
} catch (const std::exception& error) {
  std::fprintf(stderr, "load: %s\n", error.what());
  return 2;
}
