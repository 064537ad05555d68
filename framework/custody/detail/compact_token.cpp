#include <algorithm>
#include <array>
#include <candela/custody/detail/compact_token.hpp>
#include <candela/custody/detail/header_json.hpp>
#include <candela/custody/detail/token_types.hpp>
#include <candela/custody/service_keys.hpp>
#include <candela/jose/base64url.hpp>
#include <candela/json/reader.hpp>

namespace candela::custody::detail {

namespace {

constexpr std::size_t max_signature_characters = jose::encoded_size(96);  // ES384
constexpr std::size_t max_key_id = 128;

std::optional<std::string_view> decoded(std::string_view part, arena& memory) {
  if (part.empty()) return std::nullopt;
  char* const bytes = static_cast<char*>(memory.allocate(jose::decoded_size(part.size()), 1));
  const auto size = jose::decode_base64url(part, reinterpret_cast<std::byte*>(bytes));
  if (!size) return std::nullopt;
  return std::string_view(bytes, *size);
}

bool is_signature(std::string_view part) noexcept {
  std::array<std::byte, jose::decoded_size(max_signature_characters)> bytes;
  return !part.empty() && part.size() <= max_signature_characters &&
         jose::decode_base64url(part, bytes.data()).has_value();
}

}  // namespace

std::expected<compact_token, error> take_apart(std::string_view token, arena& memory) {
  const auto malformed = [](std::string_view detail) {
    return std::unexpected(error{refusal::chain_malformed, detail});
  };
  const std::size_t first = token.find('.');
  const std::size_t second = first == token.npos ? first : token.find('.', first + 1);
  if (second == token.npos || token.find('.', second + 1) != token.npos) return malformed("not three parts");
  const auto header = decoded(token.substr(0, first), memory);
  const auto payload = decoded(token.substr(first + 1, second - first - 1), memory);
  const std::string_view signature = token.substr(second + 1);
  if (!header || !payload || !is_signature(signature)) return malformed("a part that is no strict base64url");
  return compact_token{token, token.substr(0, second), *header, *payload, signature};
}

std::optional<token_head> read_head(const compact_token& of, std::string_view type, arena& memory) {
  const auto read = json::parse<header_json>(of.header, memory, {.max_depth = 2});
  if (!read || read->typ != type) return std::nullopt;
  const auto algorithm = jose::signature_algorithm_of(read->alg);
  if (!algorithm || !chain_algorithms.contains(*algorithm)) return std::nullopt;
  const auto printable = [](char each) { return each > ' ' && each < '\x7f'; };
  if (read->kid.empty() || read->kid.size() > max_key_id || !std::ranges::all_of(read->kid, printable))
    return std::nullopt;
  if (read->cty && (type != link_type || *read->cty != link_type)) return std::nullopt;
  return token_head{*algorithm, read->kid, read->cty.has_value()};
}

}  // namespace candela::custody::detail
