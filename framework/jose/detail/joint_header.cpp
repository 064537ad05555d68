#include <candela/jose/base64url.hpp>
#include <candela/jose/detail/joint_header.hpp>

namespace candela::jose::detail {

namespace {

std::unexpected<error> refused(failure code, std::string_view detail) { return std::unexpected(error{code, detail}); }

bool has(const json::value* part, std::string_view name) noexcept {
  return part != nullptr && part->find(name) != nullptr;
}

}  // namespace

std::expected<void, error> joint_header::check(bool unprotected_encryption) const noexcept {
  const auto& [integrity_protected, shared, own] = parts_;
  for (const json::value* part : {shared, own}) {
    for (const std::string_view name : {"crit", "b64", "zip"}) {
      if (has(part, name)) return refused(failure::header_invalid, "crit, b64 and zip must be protected");
    }
    if (part == nullptr) continue;
    for (const json::member& each : part->members()) {
      if (has(integrity_protected, each.name) || (part == own && has(shared, each.name)))
        return refused(failure::header_invalid, "a name stands in two parts of the header");
    }
  }
  if (has(own, "enc") || (has(shared, "enc") && !unprotected_encryption))
    return refused(failure::header_invalid, "enc must be protected");
  return {};
}

const json::value* joint_header::find(std::string_view name) const noexcept {
  for (const json::value* part : parts_) {
    const json::value* found = part != nullptr ? part->find(name) : nullptr;
    if (found != nullptr) return found;
  }
  return nullptr;
}

std::expected<std::string_view, error> joint_header::text(std::string_view name) const noexcept {
  const json::value* found = find(name);
  if (found == nullptr) return {};
  const std::optional<std::string_view> content = found->string();
  if (!content) return refused(failure::header_invalid, "a member of the header is not a text");
  return *content;
}

std::expected<std::optional<std::span<const std::byte>>, error> joint_header::bytes(std::string_view name,
                                                                                    arena& memory) const {
  if (find(name) == nullptr) return std::nullopt;
  const std::expected<std::string_view, error> encoded = text(name);
  if (!encoded) return std::unexpected(encoded.error());
  const std::span<std::byte> decoded = memory.make_array<std::byte>(decoded_size(encoded->size()));
  const std::optional<std::size_t> size = decode_base64url(*encoded, decoded.data());
  if (!size) return refused(failure::base64_invalid, "a member of the header");
  return decoded.first(*size);
}

}  // namespace candela::jose::detail
