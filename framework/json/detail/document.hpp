// The thread's simdjson parser, and the document that it holds. Private: simdjson stays behind this door.
#pragma once

#include <simdjson.h>

#include <cstddef>
#include <memory>
#include <string_view>

namespace candela::json::detail {

/// One parsed text. Texts up to `kept_bytes` use the parser that the thread keeps, greater ones a parser of their own,
/// so that a single large body doesn't stay in memory with every worker. One document at a time per thread.
class document {
 public:
  static constexpr std::size_t kept_bytes = 64 * 1024;
  /// simdjson's own limit, beyond what `read_options` accepts.
  static constexpr std::size_t parser_depth = 1024;

  /// Parses `text`, copied with the padding that simdjson needs. Throws `std::bad_alloc` without memory.
  explicit document(std::string_view text);

  /// Whether the text is JSON as RFC 8259 has it, every number within 64 bits.
  [[nodiscard]] bool well_formed() const noexcept { return well_formed_; }
  /// The root, when it is well-formed; valid as long as the document.
  [[nodiscard]] simdjson::dom::element root() const noexcept { return root_; }

 private:
  std::unique_ptr<simdjson::dom::parser> own_;
  simdjson::dom::element root_;
  bool well_formed_ = false;
};

}  // namespace candela::json::detail
