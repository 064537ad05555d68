// Request heads: whatever the scanner accepts, the strict reader and llhttp accept with an equal result, and what is
// refused of a part of a head is refused of the whole.
#include <candela/http/detail/head_scanner.hpp>
#include <cstdlib>
#include <string>
#include <tests/http/head_comparison.hpp>

namespace {

using candela::http::head_limits;
using candela::http::head_outcome;
using candela::http::testing::parsed_head;

void require(bool condition) {
  if (!condition) std::abort();
}

void compare_scanners(const std::string& text, const head_limits& limits) {
  using namespace candela::http::detail;
  const parsed_head strict = parsed_head::by(parse_head_strictly, text, limits);
  const parsed_head sse2 = parsed_head::by_scanner(scan_plain_head_sse2, text, limits);
  if (sse2.outcome == head_outcome::complete) require(sse2 == strict);
  if (avx2_available()) require(parsed_head::by_scanner(scan_plain_head_avx2, text, limits) == sse2);
  require(parsed_head::by(candela::http::parse_head, text, limits) == strict);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  compare_scanners(text, {});
  compare_scanners(text, {.max_head_bytes = 96, .max_target_bytes = 16, .max_headers = 3});
  // A prefix is either not yet judged or gets the verdict of the whole.
  const parsed_head whole = parsed_head::by(candela::http::parse_head, text, {});
  const parsed_head part = parsed_head::by(candela::http::parse_head, text.substr(0, size / 2), {});
  if (part.outcome != head_outcome::incomplete) require(part.outcome == whole.outcome && part.summary == whole.summary);
  return 0;
}
