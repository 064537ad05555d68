#include <algorithm>
#include <candela/net/detail/tls_identity.hpp>
#include <candela/net/detail/tls_pointers.hpp>

namespace candela::net {

namespace {

constexpr std::string_view scheme = "spiffe://";
constexpr std::size_t most_spiffe_bytes = 2048;
constexpr std::size_t most_trust_domain_bytes = 255;

bool is_domain_byte(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
}

bool is_path_byte(char c) noexcept { return is_domain_byte(c) || (c >= 'A' && c <= 'Z'); }

bool is_segment(std::string_view text) noexcept {
  return !text.empty() && text != "." && text != ".." && std::ranges::all_of(text, is_path_byte);
}

// An SVID of a workload signs nothing (X509-SVID, section 5.2).
bool is_leaf(X509* certificate) noexcept {
  if ((X509_get_extension_flags(certificate) & EXFLAG_CA) != 0) return false;
  // Without a key usage extension OpenSSL answers with all bits.
  const auto usage = X509_get_key_usage(certificate);
  return usage == UINT32_MAX || (usage & (KU_KEY_CERT_SIGN | KU_CRL_SIGN)) == 0;
}

std::string spiffe_id_of(X509* certificate) {
  if (!is_leaf(certificate)) return {};
  const general_names_ptr names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  std::string_view found;
  for (int index = 0; names && index != sk_GENERAL_NAME_num(names.get()); ++index) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), index);
    if (name->type != GEN_URI) continue;
    if (found.data() != nullptr) return {};
    const ASN1_IA5STRING* uri = name->d.uniformResourceIdentifier;
    found = {reinterpret_cast<const char*>(ASN1_STRING_get0_data(uri)),
             static_cast<std::size_t>(ASN1_STRING_length(uri))};
  }
  return is_workload_spiffe_id(found) ? std::string(found) : std::string();
}

std::string subject_of(X509* certificate) {
  const bio_ptr sink(BIO_new(BIO_s_mem()));
  if (!sink || X509_NAME_print_ex(sink.get(), X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253) < 0) return {};
  char* text = nullptr;
  const long length = BIO_get_mem_data(sink.get(), &text);
  return std::string(text, static_cast<std::size_t>(length));
}

std::string base64url(std::basic_string_view<unsigned char> bytes) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string text;
  text.reserve((bytes.size() * 4 + 2) / 3);
  unsigned held = 0;
  int bits = 0;
  for (const unsigned char byte : bytes) {
    held = held << 8 | byte;
    for (bits += 8; bits >= 6; bits -= 6) text += alphabet[held >> (bits - 6) & 63];
  }
  if (bits > 0) text += alphabet[held << (6 - bits) & 63];
  return text;
}

std::string sha256_of(X509* certificate) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  if (X509_digest(certificate, EVP_sha256(), digest, &length) != 1) return {};
  return base64url({digest, length});
}

}  // namespace

bool is_workload_spiffe_id(std::string_view text) noexcept {
  if (text.size() > most_spiffe_bytes || !text.starts_with(scheme)) return false;
  text.remove_prefix(scheme.size());
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return false;
  const std::string_view domain = text.substr(0, slash);
  if (domain.empty() || domain.size() > most_trust_domain_bytes || !std::ranges::all_of(domain, is_domain_byte)) {
    return false;
  }
  for (std::string_view rest = text.substr(slash + 1);;) {
    const std::size_t end = rest.find('/');
    if (!is_segment(rest.substr(0, end))) return false;
    if (end == std::string_view::npos) return true;
    rest.remove_prefix(end + 1);
  }
}

peer_identity identity_of(X509* certificate) {
  return {subject_of(certificate), spiffe_id_of(certificate), sha256_of(certificate)};
}

}  // namespace candela::net
