// compare --floor PROGRAM --service PROGRAM [--pairs N] [--round-ms N] [--json FILE] [--logs FOLDER] [--check]
//         [--self-check]: a service against the bare responder, and against itself with its chain on.
// Exit 0: measured; 1: with --check, a target was missed by more than a quarter; 2: something broke.
#include <algorithm>
#include <cstdio>
#include <exception>
#include <memory>
#include <stdexcept>

#include "bench/compare/report.hpp"
#include "bench/measure/arguments.hpp"

namespace {

using namespace candela::bench;

outcome hold(const contest& what, const contenders& who, const duel_plan& plan, const std::string& logs) {
  outcome one{what, {}, {}};
  try {
    const server_process base(what.base_command(who), logs + "/base.log");
    const server_process service(what.service_command(who), logs + "/service.log");
    one.result = fight(base, service, what.load, plan);
  } catch (const std::exception& error) {
    one.failure = error.what();
  }
  return one;
}

contenders contenders_from(const arguments& given) {
  contenders who;
  who.floor = given.text("--floor", "");
  who.self_check = given.has("--self-check");
  who.service = {given.text("--service", ""), "--port", "0", "--workers", "1"};
  if (who.floor.empty()) throw std::invalid_argument("--floor: needed");
  if (who.service[0].empty() && !who.self_check) throw std::invalid_argument("--service: needed");
  return who;
}

void write_to(const std::string& file, const std::vector<outcome>& all) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> out(std::fopen(file.c_str(), "w"), std::fclose);
  if (!out) throw std::runtime_error("cannot write " + file);
  write_json(out.get(), all);
}

int status_of(const std::vector<outcome>& all, bool check) {
  const auto failed = [](const outcome& one) { return !one.failure.empty(); };
  const auto fell = [](const outcome& one) { return one.judged() == verdict::cliff; };
  if (std::any_of(all.begin(), all.end(), failed)) return 2;
  return check && std::any_of(all.begin(), all.end(), fell) ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) try {
  const arguments given(argc, argv, {"--floor", "--service", "--pairs", "--round-ms", "--json", "--logs"},
                        {"--check", "--self-check"});
  const contenders who = contenders_from(given);
  const duel_plan plan{static_cast<unsigned>(given.number("--pairs", 10, 1, 1000)),
                       std::chrono::milliseconds(given.number("--round-ms", 500, 10, 60000))};
  if (!pin_to(client_core)) std::printf("note: one core only, servers and client share it\n");
  std::vector<outcome> all;
  print_heading(stdout);
  for (const contest& what : all_contests(who.self_check)) {
    all.push_back(hold(what, who, plan, given.text("--logs", ".")));
    print_outcome(stdout, all.back());
    std::fflush(stdout);
  }
  if (given.has("--json")) write_to(given.text("--json", ""), all);
  return status_of(all, given.has("--check"));
} catch (const std::exception& error) {
  std::fprintf(stderr, "compare: %s\n", error.what());
  return 2;
}
