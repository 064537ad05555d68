#include <algorithm>
#include <candela/net/network.hpp>
#include <charconv>
#include <utility>

namespace candela::net {

std::array<unsigned char, 16> first_bits(const std::array<unsigned char, 16>& of, unsigned bits) noexcept {
  std::array<unsigned char, 16> kept{};
  const std::size_t whole = std::min<std::size_t>(bits / 8, kept.size());
  std::copy_n(of.begin(), whole, kept.begin());
  if (whole != kept.size()) kept[whole] = static_cast<unsigned char>(of[whole] & (0xFF00U >> bits % 8));
  return kept;
}

namespace {

std::unexpected<std::string> refused(std::string_view text, std::string_view why) {
  std::string complaint = "\"";
  complaint.append(text).append("\"").append(why);
  return std::unexpected(std::move(complaint));
}

}  // namespace

std::expected<network, std::string> network::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto base = address::parse(text.substr(0, slash), 0);
  if (!base || text.starts_with('*')) {
    return refused(text, " is no network, as 10.0.0.0/8 or 2001:db8::/32");
  }
  network made;
  made.bytes_ = base->bytes();
  made.v6_ = base->is_v6();
  const unsigned longest = made.v6_ ? 128 : 32;
  made.prefix_ = longest;
  if (slash != std::string_view::npos) {
    const std::string_view bits = text.substr(slash + 1);
    const auto read = std::from_chars(bits.data(), bits.data() + bits.size(), made.prefix_);
    if (read.ec != std::errc() || read.ptr != bits.data() + bits.size() || made.prefix_ > longest) {
      return refused(text, made.v6_ ? ": a prefix has 0 to 128 bits" : ": a prefix has 0 to 32 bits");
    }
  }
  if (first_bits(made.bytes_, made.prefix_) != made.bytes_) {
    return refused(text, " has bits behind its prefix");
  }
  return made;
}

bool network::contains(const address& asked) const noexcept {
  return asked.is_v6() == v6_ && first_bits(asked.bytes(), prefix_) == bytes_;
}

bool any_contains(std::span<const network> among, const address& asked) noexcept {
  return std::ranges::any_of(among, [&](const network& each) { return each.contains(asked); });
}

}  // namespace candela::net
