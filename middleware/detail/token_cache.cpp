#include <algorithm>
#include <bit>
#include <candela/core/secret.hpp>
#include <cstring>
#include <span>

#include "middleware/detail/token_cache.hpp"

namespace candela::middleware::detail {

namespace {

bool same_bytes(std::string_view left, std::string_view right) noexcept {
  return equal_secrets(std::as_bytes(std::span(left)), std::as_bytes(std::span(right)));
}

bool is_good(const known_token& token, const clock& time) noexcept {
  const auto now = time.wall();
  return time.steady() < token.forget_at && now >= token.good_from && now < token.good_until;
}

}  // namespace

token_cache::token_cache(std::size_t capacity, std::chrono::nanoseconds ttl) : ttl_(ttl) {
  if (capacity == 0 || ttl.count() <= 0) return;
  places_.resize(std::bit_ceil(std::max(capacity, ways)));
  sets_mask_ = places_.size() / ways - 1;
}

std::size_t token_cache::hint_of(std::string_view token) noexcept {
  std::uint64_t tail = 0;
  const std::size_t bytes = std::min(token.size(), sizeof tail);
  std::memcpy(&tail, token.data() + token.size() - bytes, bytes);
  return static_cast<std::size_t>(tail * 0x9e3779b97f4a7c15 >> 54);
}

std::size_t token_cache::find_place(std::string_view token, std::uint64_t hash) const noexcept {
  const std::size_t first = (hash & sets_mask_) * ways;
  for (std::size_t at = first; at != first + ways; ++at) {
    const place& each = places_[at];
    if (each.token && each.hash == hash && same_bytes(each.token->token, token)) return at;
  }
  return none;
}

known_token* token_cache::find(std::string_view token, const clock& time) noexcept {
  if (places_.empty()) return nullptr;
  std::uint32_t& hint = hints_[hint_of(token)];
  known_token* found = places_[hint].token.get();
  if (found == nullptr || !same_bytes(found->token, token)) {
    const std::size_t at = find_place(token, hash_(token));
    if (at == none) return nullptr;
    hint = static_cast<std::uint32_t>(at);
    found = places_[at].token.get();
  }
  return is_good(*found, time) ? found : nullptr;
}

known_token* token_cache::find_again(std::uint64_t head, const clock& time) const noexcept {
  const bringer& known = bringers_[bringer_of(head)];
  if (head == 0 || known.head != head) return nullptr;
  // The place may have become another token's.
  known_token* found = places_[known.place].token.get();
  return found != nullptr && found->kept_as == known.kept_as && is_good(*found, time) ? found : nullptr;
}

void token_cache::note(std::uint64_t head, const known_token& found) noexcept {
  if (head == 0 || places_.empty()) return;
  const std::uint32_t place = hints_[hint_of(found.token)];
  if (places_[place].token.get() == &found) bringers_[bringer_of(head)] = {head, found.kept_as, place};
}

// Free, or that of the token which is forgotten first.
std::size_t token_cache::place_for(std::uint64_t hash) const noexcept {
  const auto first = places_.begin() + static_cast<std::ptrdiff_t>((hash & sets_mask_) * ways);
  const auto when = [](const place& each) { return each.token ? each.token->forget_at : clock::steady_time::min(); };
  return static_cast<std::size_t>(std::ranges::min_element(first, first + ways, {}, when) - places_.begin());
}

void token_cache::keep(const known_token_ptr& found, const clock& time) {
  if (places_.empty()) return;
  found->forget_at = time.steady() + ttl_;
  if (!is_good(*found, time)) return;
  const std::uint64_t hash = hash_(found->token);
  std::size_t at = find_place(found->token, hash);
  if (at == none) at = place_for(hash);
  found->kept_as = ++kept_;
  places_[at] = {hash, found};
  hints_[hint_of(found->token)] = static_cast<std::uint32_t>(at);
}

void token_cache::drop(std::string_view token) noexcept {
  if (places_.empty()) return;
  const std::size_t at = find_place(token, hash_(token));
  if (at != none) places_[at].token = {};
}

std::size_t token_cache::size() const noexcept {
  return static_cast<std::size_t>(std::ranges::count_if(places_, [](const place& each) { return bool(each.token); }));
}

}  // namespace candela::middleware::detail
