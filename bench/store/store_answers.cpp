// What an answer of the embedded store costs. Prints nanoseconds on one core, the fastest of several rounds:
// `store_answers [ROUNDS]`.
#include <algorithm>
#include <array>
#include <candela/store/embedded_source.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

using namespace candela;
using namespace std::chrono_literals;

namespace {

constexpr std::uint32_t plenty = 1'000'000'000;

template <class Work>
double nanoseconds(int rounds, int times, Work work) {
  double best = 1e9;
  for (int round = 0; round != rounds; ++round) {
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i != times; ++i) work(i);
    const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - begin;
    best = std::min(best, took.count() / times);
  }
  return best;
}

void require(bool truth, const char* what) {
  if (truth) return;
  std::fprintf(stderr, "store_answers: %s\n", what);
  std::exit(1);
}

/// As many limits as are asked for at once, of one caller or of many in turn.
double limits(store::worker_store& asked, const store::limit& rule, std::size_t count, std::size_t callers,
              int rounds) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i != callers * count; ++i) {
    names.push_back("per-address:" + std::to_string(count) + std::to_string(static_cast<int>(rule.kind())) + ":a10.0." +
                    std::to_string(i));
  }
  std::vector<store::limit_use> uses;
  for (const std::string& each : names) uses.push_back({&rule, store::limit_key(each)});
  std::array<store::limit_state, store::max_limits> left;
  const std::span told = std::span(left).first(count);
  return nanoseconds(rounds, 20'000, [&](int i) {
    const std::size_t caller = static_cast<std::size_t>(i) % callers;
    require(asked.take_now(std::span(uses).subspan(caller * count, count), told) == true, "a use was refused");
  });
}

void print(const char* what, double cost) { std::printf("%-48s %7.1f ns\n", what, cost); }

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 50;
  require(rounds > 0, "usage: store_answers [ROUNDS]");
  net::worker worker(0);
  store::settings chosen;
  chosen.spent_entries = 10'000'000;
  const auto source = store::make_embedded_source(chosen);
  const auto asked = source->open(worker);
  const store::limit bucket = store::limit::token_bucket(plenty, 1s, plenty);
  const store::limit window = store::limit::sliding_window(plenty, 1s);
  print("a token bucket, one caller", limits(*asked, bucket, 1, 1, rounds));
  print("a token bucket, 10 000 callers in turn", limits(*asked, bucket, 1, 10'000, rounds));
  print("a sliding window, one caller", limits(*asked, window, 1, 1, rounds));
  print("three token buckets in one step, one caller", limits(*asked, bucket, 3, 1, rounds));
  print("the hash of such a key",
        nanoseconds(rounds, 20'000, [](int) { require(store::limit_key("per-address:31:a10.0.1").hash() != 0, "0"); }));
  int next = 0;
  const auto expires = worker.time().wall() + 1h;
  print("the first use of an identifier", nanoseconds(rounds, 1'000, [&](int) {
          char key[64];
          const int size = std::snprintf(key, sizeof key, "https://issuer.example|f81d4fae-7dec-11d0-%010d", next++);
          require(asked->spend_now({key, static_cast<std::size_t>(size)}, expires) == true, "not the first use");
        }));
}
