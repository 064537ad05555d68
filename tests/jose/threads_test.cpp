// One key, used by many threads at once: each has contexts of its own, and those of threads that ended are used again.
#include <atomic>
#include <thread>

#include "tests/jose/attacks.hpp"

using namespace candela;
using namespace candela::jose;
using namespace candela::testing;
using enum signature_algorithm;

namespace {

struct signing {
  const key& by;
  std::vector<signature_algorithm> algorithms;
};

// A key's algorithms take turns, so that contexts are prepared again and again.
bool work(const signing& with, const key_set& keys, int turn) {
  const signature_algorithm algorithm = with.algorithms[static_cast<std::size_t>(turn) % with.algorithms.size()];
  const std::string content = "turn " + std::to_string(turn);
  arena memory;
  const auto token = sign(content, with.by, algorithm);
  if (!token) return false;
  const auto checked = verify(*token, keys, accepting({algorithm}), memory);
  std::string forged = *token;
  forged[forged.size() - 10] = forged[forged.size() - 10] == 'A' ? 'B' : 'A';
  return checked && checked->payload == content &&
         answer(forged, keys, accepting({algorithm})) == failure::signature_invalid;
}

}  // namespace

TEST_CASE("threads that share a key do not disturb each other, however many there are") {
  const signing all[] = {{secret_key(), {hs256, hs512}},
                         {p256_key(), {es256}},
                         {ed25519_key(), {eddsa, ed25519}},
                         {rsa_key(), {rs256, ps256}}};
  for (const signing& each : all) {
    const key_set keys = verifiers(each.by);
    std::atomic<int> right = 0;
    // More than there are places for contexts, in two waves.
    for (int wave = 0; wave != 2; ++wave) {
      std::vector<std::jthread> threads;
      for (int thread = 0; thread != 70; ++thread) {
        threads.emplace_back([&, thread] {
          for (int turn = 0; turn != 4; ++turn) right += work(each, keys, thread + turn) ? 1 : 0;
        });
      }
    }
    CHECK(right == 2 * 70 * 4);
  }
}
