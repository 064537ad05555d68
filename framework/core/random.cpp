#include <sys/random.h>

#include <algorithm>
#include <candela/core/random.hpp>
#include <cerrno>
#include <system_error>

namespace candela {

void fill_random(std::span<std::byte> bytes) {
  while (!bytes.empty()) {
    const auto got = ::getrandom(bytes.data(), bytes.size(), 0);
    if (got < 0) {
      if (errno == EINTR) continue;
      throw std::system_error(errno, std::generic_category(), "getrandom");
    }
    bytes = bytes.subspan(static_cast<std::size_t>(got));
  }
}

fast_random::fast_random() {
  // The generator never leaves an all-zero state.
  do {
    fill_random(std::as_writable_bytes(std::span(state_)));
  } while (std::ranges::all_of(state_, [](std::uint64_t word) { return word == 0; }));
}

// SplitMix64 spreads the seed over the state, as the generator's authors advise.
fast_random::fast_random(std::uint64_t seed) noexcept {
  for (auto& word : state_) {
    seed += 0x9e3779b97f4a7c15;
    std::uint64_t mixed = seed;
    mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111eb;
    word = mixed ^ mixed >> 31;
  }
}

fast_random& thread_random() {
  thread_local fast_random generator;
  return generator;
}

}  // namespace candela
