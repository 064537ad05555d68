// Refuses callers that ask too often.
#pragma once

#include <array>
#include <candela/core/metrics.hpp>
#include <candela/core/task.hpp>
#include <candela/http/response_head.hpp>
#include <candela/server/exchange.hpp>
#include <candela/server/stage_setup.hpp>
#include <candela/store/store.hpp>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace candela::middleware {

namespace detail {
class rate_rules;
}

/// The stage `rate_limit`. Keyed by address it belongs into the entry chain, before everything that costs more than it;
/// keyed by principal or client behind the stage that verifies who asks. In the entry chain, probes of health and
/// scrapes of metrics are best excluded: they are neither counted then, nor refused when the store cannot count.
///
///     - rate_limit:
///         key: address               # address, principal, client, route, "header:X-Tenant", or a list of them
///         uses: 100                  # in a window
///         window: 1m
///         kind: token_bucket         # or sliding_window: in no window, wherever it begins, are there more
///         burst: 20                  # token_bucket: how many may come at once; default: as many as `uses`
///         name: default              # in the fields of the answer and in metrics; up to 24 letters, digits, - and _
///         fields: always             # RateLimit and RateLimit-Policy: always, refused (only then), never
///         when_unavailable: refuse   # what becomes of requests that the store cannot count: refuse (503) or pass
///         trusted_proxies: [10.0.0.0/8]   # whose word on the address of a client is taken
///         forwarded_by: X-Forwarded-For   # or Forwarded (RFC 7239): where those proxies write it
///         ipv6_prefix: 64            # bits of an IPv6 address that make one caller
///         exclude: [/health/*]       # patterns of routes that go without; a star at the end stands for any rest
///
/// Several limits hold together; a request that one of them refuses takes from none:
///
///     - rate_limit:
///         limits:
///           - {name: burst, key: address, uses: 20, window: 1s}
///           - {name: daily, key: principal, kind: sliding_window, uses: 10000, window: 1d}
///
/// A caller without a principal, a client or such a header counts by its address. A refused request is answered with
/// 429 `rate_limited` and Retry-After; what is left leaves with every answer in RateLimit and RateLimit-Policy
/// (draft-ietf-httpapi-ratelimit-headers-10). Limits of the same name, rule and chain go on over a reload, and are
/// shared by all instances of the service whose store is Redis.
class rate_limit {
 public:
  explicit rate_limit(stage_setup& setup);
  rate_limit(rate_limit&&) noexcept;
  ~rate_limit();

  [[nodiscard]] bool waits() const noexcept { return !store_.immediate(); }
  [[nodiscard]] bool applies_to(const route& asked) const;
  step on_request(exchange& x);
  task<step> on_request_waiting(exchange& x);
  void on_response(exchange& x);

 private:
  using uses = std::array<store::limit_use, store::max_limits>;
  using states = std::array<store::limit_state, store::max_limits>;
  enum class telling : std::uint8_t { always, refused, never };
  struct remainder;

  step decide(exchange& x, const store::answer& taken, std::span<const store::limit_state> left);
  [[gnu::cold, gnu::noinline]] step refuse(exchange& x, std::span<const store::limit_state> left);
  [[gnu::cold, gnu::noinline]] step go_without(exchange& x, store::errc why);
  [[nodiscard]] const store::limit_state* left_of(exchange& x) const noexcept;

  store::worker_store& store_;
  std::unique_ptr<detail::rate_rules> rules_;
  telling fields_;
  bool pass_unavailable_;
  http::header_block policy_;
  metrics::counter& unavailable_;
  clock& time_;
  bool complained_ = false;  // since requests were counted last
  clock::steady_time complain_at_{};
  uses asked_;
  states last_;               // what the last request left, as long as nothing else runs before its answer
  exchange* told_ = nullptr;  // whose it is; null: nothing is to be told
  std::vector<std::string> excluded_;
};

}  // namespace candela::middleware
