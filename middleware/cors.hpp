// Says which pages of other origins a browser may let read the service's answers (Fetch standard, section 3.2).
#pragma once

#include <candela/server/exchange.hpp>
#include <candela/server/stage_setup.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace candela::middleware {

namespace detail {
class origin_list;
}

/// The stage `cors`. It stands in the entry chain: it answers preflights itself, also for paths whose route declares no
/// OPTIONS.
///
///     - cors:
///         origins: [https://app.example.org, "https://*.example.net"]   # or "*" alone; required
///         methods: [GET, POST]          # that a page may use; default GET, HEAD, POST, PUT, PATCH, DELETE
///         headers: [Authorization]      # that a page may send; "*": any but Authorization; default Content-Type
///         expose: [ETag]                # that a page may read beside the safelisted ones
///         credentials: false            # whether cookies and the like may come along; never together with "*"
///         max_age: 10m                  # how long a browser remembers a preflight, up to a day
///
/// A star in an origin stands for one or more whole labels of the host, nothing else: scheme, the rest of the host, and
/// port are exact. The origin `null` is nobody's and is not accepted.
///
/// A preflight that asks for what isn't allowed is answered with 403 `cors_refused`, whose detail says what it was. Any
/// other request goes on as it came; without the fields its answer stays closed to the page. Unless every origin is
/// allowed, each answer varies by Origin, that of a request without one, too.
class cors {
 public:
  explicit cors(stage_setup& setup);
  cors(cors&&) noexcept;
  ~cors();

  step on_request(exchange& x);
  void on_response(exchange& x);

 private:
  [[nodiscard]] step answer_preflight(exchange& x) const;
  [[nodiscard]] std::string_view refusal(const exchange& x, std::string_view method) const;
  [[nodiscard]] bool allows_headers(std::string_view asked) const;

  std::unique_ptr<detail::origin_list> origins_;
  std::vector<std::string> methods_;
  std::vector<std::string> headers_;  // lower case
  bool any_header_ = false;
  bool credentials_;
  std::string methods_value_;
  std::string headers_value_;
  std::string expose_value_;
  std::string max_age_value_;
};

}  // namespace candela::middleware
