#include <algorithm>
#include <candela/custody/verified_links.hpp>
#include <cstring>
#include <span>

namespace candela::custody {

verified_links::verified_links(std::size_t capacity) : places_((capacity + ways - 1) / ways * ways) {}

std::size_t verified_links::neighbourhood(const jose::sha256_digest& link) const noexcept {
  std::uint64_t front;
  std::memcpy(&front, link.data(), sizeof front);
  return front % (places_.size() / ways) * ways;
}

bool verified_links::holds(const jose::sha256_digest& link, std::uint64_t epoch,
                           seconds_since_epoch now) const noexcept {
  if (places_.empty()) return false;
  const auto near = std::span(places_).subspan(neighbourhood(link), ways);
  return std::ranges::any_of(
      near, [&](const place& each) { return each.epoch == epoch && now < each.until && each.link == link; });
}

void verified_links::remember(const jose::sha256_digest& link, std::uint64_t epoch,
                              seconds_since_epoch until) noexcept {
  if (places_.empty()) return;
  const auto near = std::span(places_).subspan(neighbourhood(link), ways);
  auto taken = std::ranges::find(near, link, &place::link);
  if (taken == near.end()) taken = std::ranges::min_element(near, {}, &place::until);
  *taken = {link, epoch, until};
}

}  // namespace candela::custody
