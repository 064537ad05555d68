// Which part of a file a request wants (RFC 9110, section 14).
#pragma once

#include <cstdint>
#include <string_view>

namespace candela::handlers::detail {

/// `count` bytes from `first` on.
struct byte_range {
  std::uint64_t first = 0;
  std::uint64_t count = 0;
};

enum class range_kind : std::uint8_t {
  whole,          ///< the field is to be ignored: 200
  part,           ///< 206
  unsatisfiable,  ///< 416
};

struct range_choice {
  range_kind kind = range_kind::whole;
  byte_range part;
};

/// What a Range field's value means for a file of `bytes` bytes. Several ranges that touch or overlap are one; several
/// that don't are answered with the whole file, which section 14.2 allows and which no set of ranges can make larger
/// than the file is. What isn't well formed or is in another unit, and any range of an empty file, is ignored.
[[nodiscard]] range_choice choose_range(std::string_view value, std::uint64_t bytes);

}  // namespace candela::handlers::detail
