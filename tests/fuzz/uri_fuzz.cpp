// Percent-encoding: what decodes is valid, what is encoded decodes to itself, and parameters are found in any query.
#include <candela/http/uri.hpp>
#include <cstdlib>

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace candela::http;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  candela::arena memory;
  require(decode_segment(text, memory).has_value() == valid_escapes(text));
  require(decode_query(text, memory).has_value() == valid_escapes(text));
  const std::string encoded = percent_encode(text);
  require(valid_escapes(encoded) == (text.find('\0') == std::string_view::npos));
  if (valid_escapes(encoded)) {
    require(decode_segment(encoded, memory) == text);
    require(query_parameter("other=1&name=" + encoded, "name", memory) == text);
  }
  const std::size_t half = size / 2;
  const auto found = query_parameter(text.substr(half), text.substr(0, half), memory);
  require(!found || found->size() <= size);
  return 0;
}
