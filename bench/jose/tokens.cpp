// What a whole token costs beyond the primitive that signs or checks it. Prints microseconds on one core, the fastest
// of several rounds: `tokens [ROUNDS]`.
#include <algorithm>
#include <array>
#include <candela/jose/detail/key_material.hpp>
#include <candela/jose/jwt.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

using namespace candela;
using namespace candela::jose;

namespace {

constexpr auto now = clock::wall_time(std::chrono::seconds(1'700'000'000));

template <class Work>
double microseconds(int times, Work work) {
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i != times; ++i) work();
  const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - begin;
  return took.count() / times;
}

struct pair {
  double bare = 1e9;
  double whole = 1e9;
};

// Both in turn, so that whatever else the machine does meets both; the fastest turn of each.
template <class Bare, class Whole>
pair compare(int rounds, int times, Bare bare, Whole whole) {
  pair best;
  for (int round = 0; round != rounds; ++round) {
    best.bare = std::min(best.bare, microseconds(times, bare));
    best.whole = std::min(best.whole, microseconds(times, whole));
  }
  return best;
}

void require(bool truth, const char* what) {
  if (truth) return;
  std::fprintf(stderr, "tokens: %s\n", what);
  std::exit(1);
}

claims example(std::span<const std::string_view> audiences, std::span<const std::string_view> scopes) {
  return {.issuer = "https://issuer.example",
          .subject = "248289761001",
          .audiences = audiences,
          .expires = token_time(std::chrono::seconds(1'700'000'300)),
          .issued = token_time(std::chrono::seconds(1'700'000'000)),
          .id = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
          .client_id = "s6BhdRkqt3",
          .scopes = scopes};
}

token_rules rules_for(signature_algorithm algorithm) {
  token_rules rules;
  rules.signature.algorithms.add(algorithm);
  rules.issuers = {"https://issuer.example"};
  rules.audiences = {"https://shop.example"};
  return rules;
}

void measure(const char* name, const key& with, signature_algorithm algorithm, int rounds, int times) {
  const std::string_view audiences[] = {"https://shop.example"};
  const std::string_view scopes[] = {"openid", "profile", "orders:read", "orders:write"};
  const claims said = example(audiences, scopes);
  const key_set keys = key_set::of({with.kind() == key_kind::oct ? with : with.public_key().value()}).value();
  const token_rules rules = rules_for(algorithm);
  const std::string token = sign_token(said, with, algorithm).value();
  const std::string_view text = std::string_view(token).substr(0, token.rfind('.'));
  const detail::key_numbers& own = with.material().numbers();
  const detail::key_numbers& open = keys.keys()[0].material().numbers();
  std::array<std::byte, detail::max_signature_size> signature;
  const std::span made = std::span(signature).first(detail::signature_size(own, algorithm));

  const pair sign = compare(
      rounds, times, [&] { require(detail::sign(own, algorithm, {&text, 1}, signature.data()), "not signed"); },
      [&] { require(sign_token(said, with, algorithm).has_value(), "no token was made"); });
  const pair verify = compare(
      rounds, times, [&] { require(detail::verify(open, algorithm, {&text, 1}, made), "not accepted"); },
      [&] {
        arena memory;
        require(verify_token(token, keys, rules, now, memory).has_value(), "no token was accepted");
      });
  std::printf("%-6s %4zu bytes  sign %7.2f, bare %7.2f, more %5.2f   verify %7.2f, bare %7.2f, more %5.2f\n", name,
              token.size(), sign.whole, sign.bare, sign.whole - sign.bare, verify.whole, verify.bare,
              verify.whole - verify.bare);
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 200;
  require(rounds > 0, "usage: tokens [ROUNDS]");
  measure("HS256", key::generate_secret(32).value(), signature_algorithm::hs256, rounds, 500);
  measure("ES256", key::generate(curve::p256).value(), signature_algorithm::es256, rounds, 20);
  measure("EdDSA", key::generate(curve::ed25519).value(), signature_algorithm::eddsa, rounds, 10);
  measure("RS256", key::generate_rsa(2048).value(), signature_algorithm::rs256, rounds, 5);
}
