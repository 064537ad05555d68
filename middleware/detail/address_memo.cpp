#include "middleware/detail/address_memo.hpp"

#include <candela/core/text.hpp>
#include <candela/net/network.hpp>

namespace candela::middleware::detail {

std::size_t write_caller(char* target, const net::address& caller, unsigned ipv6_prefix) noexcept {
  if (!caller.is_v6()) return caller.write_host(target);
  const auto kept = net::first_bits(caller.bytes(), ipv6_prefix);
  char* out = target;
  for (std::size_t i = 0; i * 8 < ipv6_prefix; ++i) {
    *out++ = "0123456789abcdef"[kept[i] >> 4];
    *out++ = "0123456789abcdef"[kept[i] & 15];
  }
  *out++ = '/';
  return static_cast<std::size_t>(write_decimal(out, ipv6_prefix) - target);
}

address_memo::address_memo(std::string_view lead, unsigned ipv6_prefix)
    : lead_(lead), ipv6_prefix_(ipv6_prefix), places_(std::size_t{1} << place_bits) {}

void address_memo::remember(place& into, const net::address& caller) const {
  std::memcpy(into.words, caller.bytes().data(), sizeof into.words);
  into.family = family_of(caller);
  char* const begin = into.text;
  char* const rest = copy_short(begin, lead_);
  into.size =
      static_cast<std::uint8_t>(rest - begin + static_cast<std::ptrdiff_t>(write_caller(rest, caller, ipv6_prefix_)));
  into.hash = store::limit_key(std::string_view(begin, into.size)).hash();
}

}  // namespace candela::middleware::detail
