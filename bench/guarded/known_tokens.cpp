// What a token costs jwt_verify when it is checked, when it is known, and when it is the one that came last. Prints
// microseconds on one core, the fastest of several rounds: `known_tokens [ROUNDS]`.
#include <algorithm>
#include <candela/core/manual_clock.hpp>
#include <candela/jose/jwt.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "middleware/detail/token_cache.hpp"
#include "middleware/detail/token_issuer.hpp"

using namespace candela;
using namespace candela::middleware::detail;

namespace {

constexpr std::size_t token_bytes = 400;
constexpr std::size_t many = 4096;

void require(bool truth, const char* what) {
  if (truth) return;
  std::fprintf(stderr, "known_tokens: %s\n", what);
  std::exit(1);
}

template <class Work>
double fastest(int rounds, int times, Work work) {
  double best = 1e9;
  for (int round = 0; round != rounds; ++round) {
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i != times; ++i) work(static_cast<std::size_t>(i));
    const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - begin;
    best = std::min(best, took.count() / times);
  }
  return best;
}

// Tokens of one size: the subject fills them.
std::string token_of(const jose::key& with, std::size_t number) {
  const std::string_view audiences[] = {"https://shop.example"};
  const std::string_view scopes[] = {"orders:read"};
  std::string subject = std::to_string(1'000'000 + number);
  for (;;) {
    const jose::claims said{.issuer = "https://issuer.example",
                            .subject = subject,
                            .audiences = audiences,
                            .expires = jose::token_time(std::chrono::seconds(1'700'000'300)),
                            .issued = jose::token_time(std::chrono::seconds(1'700'000'000)),
                            .id = "f81d4fae-7dec-11d0",
                            .client_id = "s6BhdRkqt3",
                            .scopes = scopes};
    std::string token = jose::sign_token(said, with, jose::signature_algorithm::hs256, {.type = "at+jwt"}).value();
    if (token.size() >= token_bytes) return token;
    subject += 'x';
  }
}

token_checks checks_for() {
  token_checks checks;
  checks.rules =
      jose::access_token_rules("https://issuer.example", "https://shop.example", {jose::signature_algorithm::hs256});
  return checks;
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 200;
  require(rounds > 0, "usage: known_tokens [ROUNDS]");
  const manual_clock time;
  const jose::key secret = jose::key::generate_secret(32).value();
  const keys::key_snapshot keys{1, jose::key_set::of({secret}).value()};
  const token_checks checks = checks_for();
  std::vector<std::string> tokens;
  token_cache cache(2 * many, std::chrono::minutes(1));
  for (std::size_t i = 0; i != many; ++i) {
    tokens.push_back(token_of(secret, i));
    cache.keep(check_token(tokens.back(), checks, keys, time.wall()).value(), time);
  }
  const double checked = fastest(rounds, 500, [&](std::size_t i) {
    require(check_token(tokens[i], checks, keys, time.wall()).has_value(), "a good token was refused");
  });
  std::size_t found = 0;
  const double known = fastest(rounds, many, [&](std::size_t i) { found += cache.find(tokens[i], time) != nullptr; });
  require(found > many / 2 * static_cast<std::size_t>(rounds), "tokens were forgotten");
  const std::string repeated(tokens[many - 1]);
  require(cache.find(repeated, time) != nullptr, "the last token was forgotten");
  const double last =
      fastest(rounds, 5000, [&](std::size_t) { require(cache.find(repeated, time) != nullptr, "it was forgotten"); });
  std::printf("HS256 token of %zu bytes: checked %.2f us, known %.3f us, the last one again %.3f us\n", repeated.size(),
              checked, known, last);
}
