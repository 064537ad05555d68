// Where a request says who sends it: a field with a scheme, a field of its own, or a cookie. Private.
#pragma once

#include <candela/config/reader.hpp>
#include <candela/http/header_name.hpp>
#include <candela/http/headers.hpp>
#include <cstdint>
#include <string>
#include <string_view>

namespace candela::middleware::detail {

/// What was found. `ambiguous`: it stands there twice, so that two readers could take different ones.
enum class credential_found : std::uint8_t { none, one, ambiguous };

struct credential {
  credential_found found = credential_found::none;
  std::string_view value;
};

/// One place. Made from the option `from` of a stage:
///
///     from: Authorization               # the usual one, with the scheme
///     from: {header: X-Access-Token}    # the whole value of another field
///     from: {cookie: session}
class credential_place {
 public:
  /// `Authorization: SCHEME VALUE`.
  explicit credential_place(std::string_view scheme) : scheme_(scheme) {}
  /// As the option says; `Authorization` when it is missing.
  credential_place(config::reader& options, std::string_view scheme);
  /// A field of its own.
  [[nodiscard]] static credential_place field(std::string_view name);

  /// Views into the fields. Never throws.
  [[nodiscard]] credential find(const http::headers& fields) const noexcept;
  /// Whether it is the field that RFC 9110 keeps for this.
  [[nodiscard]] bool is_authorization() const noexcept { return kind_ == kind::authorization; }

 private:
  enum class kind : std::uint8_t { authorization, field, cookie };

  void set_field(std::string_view name);
  [[nodiscard]] credential find_cookie(const http::headers& fields) const noexcept;
  [[nodiscard]] std::string_view without_scheme(std::string_view value) const noexcept;

  kind kind_ = kind::authorization;
  std::string scheme_;
  std::string name_;  // of the field, in lower case, or of the cookie
  http::header token_ = http::header::authorization;
};

}  // namespace candela::middleware::detail
