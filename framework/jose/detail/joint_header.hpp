// Private to the room: the up to three parts that make one recipient's header (RFC 7516, section 4).
#pragma once

#include <candela/core/arena.hpp>
#include <candela/jose/error.hpp>
#include <candela/json/value.hpp>
#include <cstddef>
#include <expected>
#include <optional>
#include <span>
#include <string_view>

namespace candela::jose::detail {

/// A view of JSON objects, or nulls for those that are not there.
class joint_header {
 public:
  joint_header() = default;
  joint_header(const json::value& integrity_protected, const json::value& shared, const json::value& own) noexcept
      : parts_{&integrity_protected, &shared, &own} {}

  /// Refused: a name in two parts; `crit`, `b64` or `zip` that is not protected, `enc` that is one recipient's own and,
  /// unless the caller allows it, `enc` that is not protected.
  [[nodiscard]] std::expected<void, error> check(bool unprotected_encryption) const noexcept;

  /// The member of that name, or null.
  [[nodiscard]] const json::value* find(std::string_view name) const noexcept;
  /// A text; empty where there is none. Refused: what is no text.
  [[nodiscard]] std::expected<std::string_view, error> text(std::string_view name) const noexcept;
  /// Bytes that stand in base64url, decoded into the arena; nothing where there are none.
  [[nodiscard]] std::expected<std::optional<std::span<const std::byte>>, error> bytes(std::string_view name,
                                                                                      arena& memory) const;

 private:
  const json::value* parts_[3] = {nullptr, nullptr, nullptr};
};

}  // namespace candela::jose::detail
