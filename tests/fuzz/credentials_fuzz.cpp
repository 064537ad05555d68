// What a request shows to say who sends it: cookies, fields with a scheme, base64, and password hashes of a file.
#include <candela/config/parse.hpp>
#include <candela/jose/base64.hpp>
#include <candela/jose/password_hash.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "middleware/detail/credential.hpp"

using namespace candela;
using namespace candela::jose;
using namespace candela::middleware::detail;

namespace {

bool lies_in(std::string_view part, std::string_view whole) {
  return part.empty() || (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

void find_in(http::header name, std::string_view value) {
  static config::reader cookie(config::parse_text("from: {cookie: s}", "fuzz"));
  static const credential_place jar(cookie, "Bearer");
  static const credential_place scheme("Bearer");
  arena memory;
  http::header_field storage[2];
  http::headers fields(storage, memory);
  fields.add(name, value);
  for (const credential_place* each : {&jar, &scheme}) {
    const credential found = each->find(fields);
    if (found.found == credential_found::one && !lies_in(found.value, value)) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  find_in(http::header::cookie, text);
  find_in(http::header::authorization, text);
  const auto decoded = decode_base64(text, true);
  if (decoded && encode_base64(*decoded) != text) std::abort();
  static_cast<void>(decode_base64(text, false));
  static_cast<void>(password_hash::parse(text));
  return 0;
}
