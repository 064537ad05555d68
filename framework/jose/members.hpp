// Single members of a JSON document, signed, encrypted or sealed where they stand, and the way back. All else in the
// document stays as it is, byte by byte.
#pragma once

#include <candela/jose/seal.hpp>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace candela::jose {

/// Which members of a document.
struct member_list {
  /// JSON Pointers, none of them empty and none inside of another; otherwise refused as `claim_invalid`.
  std::span<const std::string> places = {};
  /// Whether a place that the document does not have is refused, as `claim_missing`. False: it is left out.
  bool required = true;
  std::size_t max_depth = 64;  ///< of the document
};

/// Makes a message of the JSON text of the value at a place, and a value's JSON text of a message.
using member_wrapper = std::function<std::expected<std::string, error>(std::string_view place, std::string_view text)>;
using member_unwrapper =
    std::function<std::expected<secret_bytes, error>(std::string_view place, std::string_view message)>;

/// The document with every value of the list replaced by the message that `wrap` makes of it: a string where that is a
/// compact serialization, an object where it is JSON. Refused as `json_invalid`: what is not one JSON value with every
/// name once.
[[nodiscard]] std::expected<secret_bytes, error> wrap_members(std::string_view document, const member_list& which,
                                                              const member_wrapper& wrap);

/// The way back. Refused besides: a value that is neither a string nor an object (`malformed`), and what comes out of a
/// message without being one JSON value (`json_invalid`).
[[nodiscard]] std::expected<secret_bytes, error> unwrap_members(std::string_view document, const member_list& which,
                                                                const member_unwrapper& unwrap);

/// Seals values, each for its place; `how` without one.
[[nodiscard]] std::expected<secret_bytes, error> seal_members(std::string_view document, const member_list& which,
                                                              const sealing& how);

/// Who has sealed one member. Views into the rules and the list.
struct member_author {
  std::string_view place;
  std::string_view signer;
  const key* by = nullptr;
};

/// A document whose members were opened.
struct opened_members {
  secret_bytes document;
  std::vector<member_author> authors;  ///< in the order of the list, without those that are not there
};

/// Opens members that were sealed for their places. All of them, or nothing.
[[nodiscard]] std::expected<opened_members, error> open_members(std::string_view document, const member_list& which,
                                                                const key_set& keys, const opening_rules& rules,
                                                                clock::wall_time now);

}  // namespace candela::jose
