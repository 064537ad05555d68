#include <candela/audit/digest.hpp>
#include <candela/jose/base64url.hpp>
#include <candela/jose/digest.hpp>

namespace candela::audit {

digest digest_of(std::string_view bytes) {
  digest text;
  jose::encode_base64url(text.data(), jose::sha256(bytes));
  return text;
}

}  // namespace candela::audit
