// Origins that are allowed: exact ones, hosts below a domain, or all of them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace candela::middleware::detail {

/// Filled at start-up, then only read. Origins are compared as browsers write them (RFC 6454, section 6.2): lower case,
/// without a default port.
class origin_list {
 public:
  /// Adds "*", an origin, or one whose host begins with "*."; what is wrong with it, or an empty view.
  [[nodiscard]] std::string_view add(std::string_view text);

  [[nodiscard]] bool empty() const noexcept { return !any_ && exact_.empty() && below_.empty(); }
  /// Whether every origin is allowed.
  [[nodiscard]] bool any() const noexcept { return any_; }
  [[nodiscard]] bool allows(std::string_view origin) const noexcept;

 private:
  // "https://*.example.org:8443" is "https://" and ".example.org:8443".
  struct pattern {
    std::string scheme;
    std::string domain;
  };

  bool any_ = false;
  std::vector<std::string> exact_;
  std::vector<pattern> below_;
};

}  // namespace candela::middleware::detail
