// Chunked bodies: pieces of any size give the result that the whole gives.
#include <cstdlib>
#include <tests/http/decoded_body.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using candela::http::testing::decoded_body;
  if (size == 0) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
  const candela::http::chunk_limits limits{.max_extension_bytes = 16, .max_trailer_bytes = 48, .max_trailers = 3};
  const decoded_body whole = decoded_body::of(input, input.size(), limits);
  for (const std::size_t piece : {std::size_t{1}, std::size_t{2}, std::size_t{data[0]} + 1}) {
    if (decoded_body::of(input, piece, limits) != whole) std::abort();
  }
  return 0;
}
