#include <bit>
#include <candela/core/keyed_hash.hpp>
#include <candela/core/random.hpp>
#include <cstring>

namespace candela {

namespace {

static_assert(std::endian::native == std::endian::little, "words are read as they stand in memory");

/// The four words that the message is mixed into.
class sip_state {
 public:
  explicit sip_state(const keyed_hash::key& key) noexcept
      : v0_(key[0] ^ 0x736f6d6570736575),
        v1_(key[1] ^ 0x646f72616e646f6d),
        v2_(key[0] ^ 0x6c7967656e657261),
        v3_(key[1] ^ 0x7465646279746573) {}

  void take(std::uint64_t word) noexcept {
    v3_ ^= word;
    mix();
    v0_ ^= word;
  }

  [[nodiscard]] std::uint64_t finish() noexcept {
    v2_ ^= 0xff;
    mix();
    mix();
    mix();
    return v0_ ^ v1_ ^ v2_ ^ v3_;
  }

 private:
  void mix() noexcept {
    v0_ += v1_;
    v2_ += v3_;
    v1_ = std::rotl(v1_, 13) ^ v0_;
    v3_ = std::rotl(v3_, 16) ^ v2_;
    v0_ = std::rotl(v0_, 32);
    v2_ += v1_;
    v0_ += v3_;
    v1_ = std::rotl(v1_, 17) ^ v2_;
    v3_ = std::rotl(v3_, 21) ^ v0_;
    v2_ = std::rotl(v2_, 32);
  }

  std::uint64_t v0_;
  std::uint64_t v1_;
  std::uint64_t v2_;
  std::uint64_t v3_;
};

keyed_hash::key random_key() {
  keyed_hash::key made;
  fill_random(std::as_writable_bytes(std::span(made)));
  return made;
}

}  // namespace

keyed_hash::keyed_hash() : key_(random_key()) {}

std::uint64_t keyed_hash::operator()(std::string_view bytes) const noexcept {
  sip_state state(key_);
  const char* at = bytes.data();
  std::size_t left = bytes.size();
  std::uint64_t word = 0;
  for (; left >= sizeof word; left -= sizeof word, at += sizeof word) {
    std::memcpy(&word, at, sizeof word);
    state.take(word);
  }
  // The rest, and the length in the highest byte.
  word = std::uint64_t{bytes.size()} << 56;
  for (std::size_t i = 0; i != left; ++i) word |= std::uint64_t{static_cast<unsigned char>(at[i])} << (8 * i);
  state.take(word);
  return state.finish();
}

const keyed_hash& keyed_hash::of_process() {
  static const keyed_hash own;
  return own;
}

}  // namespace candela
