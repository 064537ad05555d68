#include <array>
#include <candela/core/secret.hpp>
#include <candela/custody/request.hpp>
#include <candela/jose/base64url.hpp>

namespace candela::custody {

std::string_view digest_text(const jose::sha256_digest& digest, arena& memory) {
  return jose::encode_base64url(digest, memory);
}

std::string_view digest_text(std::string_view of, arena& memory) { return digest_text(jose::sha256(of), memory); }

bool is_digest_of(std::string_view claim, const jose::sha256_digest& digest) noexcept {
  std::array<char, digest_characters> text;
  jose::encode_base64url(text.data(), digest);
  return equal_secrets(std::as_bytes(std::span(claim)), std::as_bytes(std::span(text)));
}

bool is_digest_of(std::string_view claim, std::string_view text) { return is_digest_of(claim, jose::sha256(text)); }

std::string_view target_digest(const request_facts& of, const content_digest& content, arena& memory) {
  jose::sha256_stream all;
  all.add(of.method);
  all.add(" ");
  all.add(of.target);
  if (of.query) {
    all.add("?");
    all.add(*of.query);
  }
  all.add("\n");
  if (content) all.add(*content);
  return digest_text(all.finish(), memory);
}

}  // namespace candela::custody
