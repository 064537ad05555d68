// The ways in which the bytes of a case reach the server: whole, cut in two, or each byte alone.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "tests/conformance/test_case.hpp"

namespace candela::conformance {

/// Where all that a case sends is cut, by positions counted from its first byte.
struct delivery {
  std::string name;
  std::size_t cut_at = 0;   ///< 0 for no cut
  bool every_byte = false;  ///< each byte alone

  /// The end of the piece that begins at `from`; no piece ends beyond `size`.
  [[nodiscard]] std::size_t piece_end(std::size_t from, std::size_t size) const noexcept {
    if (every_byte) return from + 1;
    return from < cut_at && cut_at < size ? cut_at : size;
  }
};

/// The deliveries of a case: whole; and, unless it is large or forbids it, byte by byte and cut in two at positions all
/// over it.
[[nodiscard]] std::vector<delivery> deliveries_of(const test_case& of);

}  // namespace candela::conformance
