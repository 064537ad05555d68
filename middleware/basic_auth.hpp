// Lets in who brings a name and a password (RFC 7617).
#pragma once

#include <candela/core/task.hpp>
#include <candela/http/request_head.hpp>
#include <candela/jose/secret.hpp>
#include <candela/server/exchange.hpp>
#include <candela/server/stage_setup.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace candela::middleware {

namespace detail {
class listed_party;
}

/// The stage `basic_auth`, for people and tools; the connection should be protected. Passwords are kept as scrypt makes
/// them, by `candela keys hash` or passlib:
///
///     - basic_auth:
///         users:
///           - name: ann
///             password: $scrypt$ln=15,r=8,p=1$c29tZSBzYWx0IQ$...
///             client: shell            # the principal's client; default: none
///             scopes: [orders:read]    # what she may do; default: nothing that a route asks for
///         scopes: [orders]             # that every request needs; a route adds its own
///         optional: false              # whether requests without a password go on, where no scope is needed
///         realm: api                   # in WWW-Authenticate
///         cache:
///           passwords: 256             # found right, to be remembered on each worker; 0: none
///           ttl: 60s                   # at most
///
/// A check takes some 50 ms at ln=15, on the lane for such work; at most 64 wait at once on each worker, others are
/// answered with 503. Who is not in the list costs the same as who is, and gets the same answer. Answers: 401
/// `unauthorized` without a password, 401 `invalid_credentials`, 403 `insufficient_scope`, 400 `invalid_request` for
/// credentials that come twice.
///
///     basic_auth_requests_total{chain, result}     cached, checked, missing, refused, forbidden or unavailable
class basic_auth {
 public:
  explicit basic_auth(stage_setup& setup);
  basic_auth(basic_auth&&) noexcept;
  ~basic_auth();

  static constexpr bool checks_scopes = true;
  [[nodiscard]] bool may_suspend_for(const http::request_head& head);
  step on_request(exchange& x);

 private:
  enum class result : std::uint8_t { cached, checked, missing, refused, forbidden, unavailable };
  struct parts;

  task<void> check(exchange& x, std::string name, jose::secret_bytes password, std::string_view given,
                   resume_token right);
  step accept(exchange& x, const detail::listed_party& user, result how);
  step refuse(exchange& x, std::string_view why);
  step refuse_crowded(exchange& x);
  void count(result what) noexcept;

  std::unique_ptr<parts> parts_;
};

}  // namespace candela::middleware
