#include <candela/command/detail/token_parts.hpp>
#include <candela/jose/base64url.hpp>

namespace candela::command {

std::vector<std::string_view> parts_of(std::string_view token) {
  std::vector<std::string_view> parts;
  for (std::size_t dot = token.find('.'); dot != token.npos; dot = token.find('.')) {
    parts.push_back(token.substr(0, dot));
    token.remove_prefix(dot + 1);
  }
  parts.push_back(token);
  return parts;
}

std::optional<std::string_view> decoded(std::string_view encoded, arena& memory) {
  const std::span<std::byte> bytes = memory.make_array<std::byte>(jose::decoded_size(encoded.size()));
  const std::optional<std::size_t> size = jose::decode_base64url(encoded, bytes.data());
  if (!size) return std::nullopt;
  return std::string_view(reinterpret_cast<const char*>(bytes.data()), *size);
}

}  // namespace candela::command
