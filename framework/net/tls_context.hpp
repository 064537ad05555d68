// What all TLS connections of a listener share: certificate, key, trusted authorities, protocol choices.
#pragma once

#include <candela/net/tls_options.hpp>
#include <candela/net/tls_ticket_keys.hpp>
#include <chrono>
#include <expected>
#include <memory>
#include <string>

namespace candela::net {

/// Immutable once loaded: a snapshot that every worker holds a pointer of its own to. A reload makes another one and
/// posts it to the workers; connections go on with the one they began with.
class tls_context {
 public:
  /// Reads the files and checks that they fit together: readable, certificate not expired, key belongs to it. `keys`
  /// are those of the context that this one replaces (a new set when null); they learn of the client authorities here.
  /// The error is a sentence that names the file; nothing of a key's content is in it.
  [[nodiscard]] static std::expected<std::shared_ptr<const tls_context>, std::string> load(
      tls_options options, std::shared_ptr<tls_ticket_keys> keys = nullptr);

  tls_context(const tls_context&) = delete;
  tls_context& operator=(const tls_context&) = delete;
  ~tls_context();

  [[nodiscard]] const tls_options& options() const noexcept { return options_; }
  [[nodiscard]] const std::shared_ptr<tls_ticket_keys>& ticket_keys() const noexcept { return keys_; }
  /// When our own certificate expires.
  [[nodiscard]] std::chrono::system_clock::time_point expires() const noexcept { return expires_; }
  /// Whether the other one shows the same chain and asks clients for certificates of the same authorities.
  [[nodiscard]] bool same_certificates(const tls_context& other) const noexcept;

 private:
  friend struct tls_native;
  struct native;
  tls_context(tls_options options, std::shared_ptr<tls_ticket_keys> keys, std::unique_ptr<native> made);

  tls_options options_;
  std::shared_ptr<tls_ticket_keys> keys_;
  std::unique_ptr<native> native_;
  std::chrono::system_clock::time_point expires_{};
  tls_ticket_keys::fingerprint authorities_{};
};

}  // namespace candela::net
