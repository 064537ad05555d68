// Certificates made on the spot, so that tests depend on no file and on no date.
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace candela::net::test {

struct certificate_options {
  std::string common_name = "localhost";
  std::string alt_names{};  ///< in OpenSSL's form: "DNS:localhost,URI:spiffe://example.org/billing"
  std::string key_usage = "critical,digitalSignature";
  bool authority = false;
  unsigned rsa_bits = 0;                                  ///< an RSA key of that size instead of P-256
  std::chrono::seconds begins = std::chrono::hours(-24);  ///< from now
  std::chrono::seconds ends = std::chrono::hours(24);     ///< from now
};

/// A certificate with its key. Copies share both.
class certificate {
 public:
  /// Signed by itself when `issuer` is null.
  explicit certificate(const certificate_options& options, const certificate* issuer = nullptr);

  [[nodiscard]] X509* x509() const noexcept { return certificate_.get(); }
  [[nodiscard]] EVP_PKEY* key() const noexcept { return key_.get(); }
  [[nodiscard]] std::string pem() const;
  [[nodiscard]] std::string key_pem() const;
  /// PKCS #8 under a passphrase.
  [[nodiscard]] std::string protected_key_pem() const;

 private:
  void fill(const certificate_options& options, const certificate* issuer);
  void extend(int kind, const std::string& value);

  std::shared_ptr<EVP_PKEY> key_;
  std::shared_ptr<X509> certificate_;
};

[[nodiscard]] certificate make_authority(const std::string& name);

/// A folder that goes with its content.
class temporary_folder {
 public:
  temporary_folder();
  temporary_folder(const temporary_folder&) = delete;
  temporary_folder& operator=(const temporary_folder&) = delete;
  ~temporary_folder();

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
  /// Writes a file (in place of an older one: a new inode) and gives its path.
  std::string write(const std::string& name, std::string_view text) const;

 private:
  std::filesystem::path path_;
};

}  // namespace candela::net::test
