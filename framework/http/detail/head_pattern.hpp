// A head that was judged, with what the next one may change and still be the same kind of head. Private.
#pragma once

#include <candela/http/header_name.hpp>
#include <candela/http/request_head.hpp>
#include <cstddef>
#include <cstdint>

namespace candela::http::detail {

/// One accepted head as it arrived. A later head of the same method whose fields are the same lines in the same order,
/// but for the values of fields that say nothing about how a head is read, needs no judge but for its target and those
/// values.
struct head_pattern {
  static constexpr std::size_t max_bytes = 2048;
  static constexpr std::size_t max_fields = 12;

  struct line {
    std::uint16_t begin = 0;  ///< of the line end in front of it
    std::uint16_t value = 0;  ///< where a value that may change begins; 0 for one that must not
  };

  const char* text = nullptr;  ///< its bytes, which belong to somebody else
  std::uint16_t bytes = 0;     ///< of the whole head; 0 when there is none
  std::uint16_t secrets = 0;   ///< the fields whose values may be secret, as a set: `read_similar_head` compares none
  std::uint16_t changed = 0;   ///< the fields that hold another value than `text`, as a set
  std::uint16_t last_change = 0;  ///< the field that changed last: most clients change the same one again
  std::uint64_t method = 0;       ///< method and space, as a word
  std::uint64_t method_mask = 0;  ///< the bytes of that word
  /// One for every field, the empty line, and the end.
  line lines[max_fields + 2];

  /// Takes what `text` was parsed into, whose values are views into `parsed`, a copy of `text`. Without effect on
  /// `bytes` unless others may resemble it: then that is set.
  void describe(const request_head& head, const char* parsed) noexcept;

  /// Whether who sees how long a comparison takes must not find out by it how much of the value is right: what may say
  /// who asks, which is any field that a service can be told to look for that in.
  [[nodiscard]] static bool may_be_secret(const header_field& field) noexcept;

 private:
  [[nodiscard]] bool find_lines(const request_head& head, const char* parsed) noexcept;
};

}  // namespace candela::http::detail
