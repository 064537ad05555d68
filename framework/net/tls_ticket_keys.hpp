// The keys under which session tickets are sealed.
#pragma once

#include <array>
#include <chrono>
#include <mutex>
#include <optional>
#include <span>

namespace candela::net {

/// One process has one set per TLS configuration: every worker seals and opens tickets with it, and a reload of the
/// certificate keeps it, so that clients resume whichever worker they meet. Safe from any thread.
class tls_ticket_keys {
 public:
  using time = std::chrono::steady_clock::time_point;
  using fingerprint = std::array<unsigned char, 32>;

  /// 80 bytes of secret, wiped when it goes.
  struct key {
    std::array<unsigned char, 16> name;
    std::array<unsigned char, 32> cipher;  ///< AES-256-CBC
    std::array<unsigned char, 32> mac;     ///< HMAC-SHA-256
    time made;

    key() = default;
    key(const key&) = default;
    key& operator=(const key&) = default;
    ~key();
  };

  /// A key seals tickets for `period` and opens them for as long again.
  explicit tls_ticket_keys(std::chrono::seconds period = std::chrono::hours(12)) : period_(period) {}
  tls_ticket_keys(const tls_ticket_keys&) = delete;
  tls_ticket_keys& operator=(const tls_ticket_keys&) = delete;

  /// Says which authorities vouch for clients (a digest of them, whatever it is made of). When it differs from the last
  /// one, no ticket sealed before opens any more: what they carry was vouched for by others.
  void use_client_ca(const fingerprint& authorities);
  /// Makes every ticket sealed so far worthless.
  void forget();

  /// The key to seal with. Empty when the system has no randomness.
  [[nodiscard]] std::optional<key> current(time now);
  /// The key of that name (16 bytes) if it still opens tickets.
  [[nodiscard]] std::optional<key> find(std::span<const unsigned char> name, time now) const;
  /// Whether a ticket under this key should be replaced: the key seals no more.
  [[nodiscard]] bool retiring(const key& used, time now) const noexcept { return now - used.made >= period_; }

 private:
  const std::chrono::seconds period_;
  mutable std::mutex mutex_;
  std::optional<key> current_;              // guarded by mutex_
  std::optional<key> previous_;             // guarded by mutex_
  std::optional<fingerprint> authorities_;  // guarded by mutex_
};

}  // namespace candela::net
