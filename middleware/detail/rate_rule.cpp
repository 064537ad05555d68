#include "middleware/detail/rate_rule.hpp"

#include <algorithm>
#include <candela/core/text.hpp>
#include <candela/http/field_text.hpp>
#include <candela/jose/base64url.hpp>
#include <candela/jose/digest.hpp>
#include <candela/server/concatenate.hpp>
#include <candela/server/principal.hpp>
#include <stdexcept>

namespace candela::middleware::detail {

namespace {

using namespace std::chrono_literals;

constexpr std::string_view header_prefix = "header:";

bool is_name(std::string_view text) noexcept {
  const auto plain = [](char letter) {
    const char lower = ascii_lower(letter);
    return (lower >= 'a' && lower <= 'z') || (letter >= '0' && letter <= '9') || letter == '-' || letter == '_';
  };
  return !text.empty() && text.size() <= rate_rule::max_name && std::ranges::all_of(text, plain);
}

caller_part read_part(std::string_view text, const config::node& named) {
  if (text == "address") return {caller_kind::address, {}};
  if (text == "principal") return {caller_kind::principal, {}};
  if (text == "client") return {caller_kind::client, {}};
  if (text == "route") return {caller_kind::route, {}};
  if (text.starts_with(header_prefix) && http::is_token(text.substr(header_prefix.size()))) {
    return {caller_kind::header, std::string(text.substr(header_prefix.size()))};
  }
  named.fail("a caller is known by address, principal, client, route, or header:NAME");
}

std::vector<caller_part> read_parts(config::reader& options) {
  std::vector<caller_part> parts;
  for (const std::string& each : options.strings("key")) parts.push_back(read_part(each, options.get("key")));
  if (parts.empty())
    options.get("key").fail("says whose uses are counted: address, principal, client, route, header:NAME");
  return parts;
}

constexpr config::integer_range counts{1, store::limit::max_uses};

store::limit read_limit(config::reader& options) try {
  const auto uses = options.integer<std::uint32_t>("uses", counts);
  const auto window = options.duration("window", {store::limit::min_window, store::limit::max_window});
  const auto kind = options.choose<store::limit_kind>(
      "kind",
      {{"token_bucket", store::limit_kind::token_bucket}, {"sliding_window", store::limit_kind::sliding_window}},
      store::limit_kind::token_bucket);
  if (kind == store::limit_kind::token_bucket) {
    return store::limit::token_bucket(uses, window, options.integer<std::uint32_t>("burst", uses, counts));
  }
  if (options.has("burst")) options.get("burst").fail("a sliding window has no burst");
  return store::limit::sliding_window(uses, window);
} catch (const std::invalid_argument& wrong) {
  // Each is right in itself: they do not go together.
  options.get(options.has("burst") ? "burst" : "uses").fail(wrong.what());
}

std::string base64(std::string_view text, std::size_t bytes) {
  const jose::sha256_digest digest = jose::sha256(text);
  return jose::encode_base64url(std::span(digest).first(bytes));
}

std::string describe(const rate_plan& plan, std::string_view chain) {
  std::string text(chain);
  for (const std::uint64_t number :
       {std::uint64_t{plan.rule.kind() == store::limit_kind::token_bucket}, std::uint64_t{plan.rule.uses()},
        static_cast<std::uint64_t>(plan.rule.window().count()), std::uint64_t{plan.rule.burst()}}) {
    text += '/' + std::to_string(number);
  }
  for (const caller_part& part : plan.parts) text += '/' + std::to_string(static_cast<int>(part.kind)) + part.header;
  return text;
}

}  // namespace

rate_plan rate_plan::read(config::reader& options) {
  rate_plan made{options.string("name", "default"), read_parts(options), read_limit(options)};
  if (!is_name(made.name)) options.get("name").fail("a limit's name has up to 24 letters, digits, - and _");
  return made;
}

rate_rule::rate_rule(rate_plan plan, std::string_view chain, unsigned ipv6_prefix, metrics::counter& refused)
    : plan_(std::move(plan)),
      told_size_(plan_.name.size() + std::string_view("\"\";r=").size()),
      lead_(plan_.name + ':' + base64(describe(plan_, chain), 6) + ':'),
      ipv6_prefix_(ipv6_prefix),
      refused_(refused) {
  static_assert(max_name + std::string_view("\"\";r=").size() <= told_bytes);
  char* out = copy_up_to_32(told_, "\"");
  copy_up_to_32(copy_up_to_32(out, plan_.name), "\";r=");
  if (plan_.parts.size() == 1 && plan_.parts[0].kind == caller_kind::address) {
    memo_ = std::make_unique<address_memo>(lead_ + 'a', ipv6_prefix);
  }
}

// Each begins with a letter of its own: what a caller writes is never taken for another one's address.
std::string_view rate_rule::text_of(const caller_part& part, exchange& x, const net::address& client) const {
  const principal* who = x.get<principal>();
  switch (part.kind) {
    case caller_kind::address: break;
    case caller_kind::principal:
      if (who == nullptr || who->subject.empty()) break;
      return concatenate(x.arena(), 'p', who->issuer.size(), ':', who->issuer, who->subject);
    case caller_kind::client:
      if (who == nullptr || who->client_id.empty()) break;
      return concatenate(x.arena(), 'c', who->issuer.size(), ':', who->issuer, who->client_id);
    case caller_kind::route: return concatenate(x.arena(), 'r', name_of(x.route().method), ' ', x.route().pattern);
    case caller_kind::header:
      if (const std::string_view value = x.header(part.header); !value.empty()) {
        return concatenate(x.arena(), 'h', value);
      }
      break;
  }
  char text[net::address::max_text];
  return concatenate(x.arena(), 'a', std::string_view(text, write_caller(text, client, ipv6_prefix_)));
}

store::limit_key rate_rule::composed_key(exchange& x, const net::address& client) const {
  std::string_view caller = text_of(plan_.parts[0], x, client);
  for (std::size_t i = 1; i != plan_.parts.size(); ++i) {
    caller = concatenate(x.arena(), caller.size(), ':', caller, text_of(plan_.parts[i], x, client));
  }
  if (lead_.size() + caller.size() > store::limit_key::max_bytes) {
    caller = concatenate(x.arena(), '#', base64(caller, 32));
  }
  return store::limit_key(concatenate(x.arena(), lead_, caller));
}

}  // namespace candela::middleware::detail
