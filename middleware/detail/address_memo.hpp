// Private to the room: the keys of the addresses that were counted last.
#pragma once

#include <array>
#include <candela/net/address.hpp>
#include <candela/store/limit.hpp>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace candela::middleware::detail {

/// Writing an address down and hashing it takes longer than counting it; connections ask again, and there are fewer of
/// them than requests. One place an address: another one that falls on it takes it over.
class address_memo {
 public:
  /// Keys are `lead` and the address, of which IPv6 ones keep their first bits alone.
  address_memo(std::string_view lead, unsigned ipv6_prefix);

  /// Valid until the next call.
  [[nodiscard]] store::limit_key key_of(const net::address& caller) {
    std::uint64_t words[2];
    std::memcpy(words, caller.bytes().data(), sizeof words);
    place& known = places_[((words[0] ^ words[1]) * 0x9e3779b97f4a7c15 ^ words[1]) >> (64 - place_bits)];
    if (known.words[0] != words[0] || known.words[1] != words[1] || known.family != family_of(caller)) [[unlikely]]
      remember(known, caller);
    return {std::string_view(known.text, known.size), known.hash};
  }

 private:
  static constexpr unsigned place_bits = 6;
  struct place {
    std::uint64_t words[2] = {};
    std::uint64_t hash = 0;
    std::uint8_t family = 0;  // 0: nobody's
    std::uint8_t size = 0;
    char text[store::limit_key::max_bytes];
  };

  static std::uint8_t family_of(const net::address& caller) noexcept { return caller.is_v6() ? 6 : 4; }
  [[gnu::noinline]] void remember(place& into, const net::address& caller) const;

  std::string lead_;
  unsigned ipv6_prefix_;
  std::vector<place> places_;
};

/// An address as it is counted: in words, an IPv6 one with zeros behind its first bits.
[[nodiscard]] std::size_t write_caller(char* target, const net::address& caller, unsigned ipv6_prefix) noexcept;

}  // namespace candela::middleware::detail
