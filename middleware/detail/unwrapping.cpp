#include "middleware/detail/unwrapping.hpp"

#include <algorithm>
#include <candela/core/text.hpp>
#include <candela/jose/members.hpp>

namespace candela::middleware::detail {

namespace {

using jose::failure;

std::unexpected<jose::error> refused(failure code, std::string_view detail) {
  return std::unexpected(jose::error{code, detail});
}

constexpr std::size_t max_type_bytes = 255;

// The media type that `cty` means (RFC 7515, section 4.1.10); nothing for what no Content-Type can be.
std::optional<std::string> media_type(std::string_view said) {
  if (said.empty()) return "application/octet-stream";
  const bool visible = std::ranges::all_of(said, [](char each) { return each >= ' ' && each <= '~'; });
  if (!visible || said.front() == ' ' || said.back() == ' ' || said.size() > max_type_bytes) return std::nullopt;
  return said.contains('/') ? std::string(said) : "application/" + std::string(said);
}

}  // namespace

std::string_view essence_of(std::string_view content_type) noexcept {
  return trim(content_type.substr(0, content_type.find(';')));
}

bool is_json_type(std::string_view content_type) noexcept {
  const std::string_view essence = essence_of(content_type);
  constexpr std::string_view suffix = "+json";
  return equal_ignoring_case(essence, "application/json") ||
         (essence.size() > suffix.size() &&
          equal_ignoring_case(essence.substr(essence.size() - suffix.size()), suffix) && !is_jose_type(essence));
}

bool is_jose_type(std::string_view content_type) noexcept {
  const std::string_view essence = essence_of(content_type);
  return equal_ignoring_case(essence, "application/jose") || equal_ignoring_case(essence, "application/jose+json");
}

std::expected<changed_body, jose::error> unwrapping_codec::apply(const body_message& message) const {
  switch (part_.shape) {
    case body_shape::whole: return whole(message);
    case body_shape::members: return members(message);
    case body_shape::detached: break;
  }
  std::expected<std::string, jose::error> key_id = verify_detached(message);
  if (!key_id) return std::unexpected(key_id.error());
  changed_body result;
  result.authors.push_back({{}, {}, std::move(*key_id)});
  return result;
}

std::expected<std::string, jose::error> unwrapping_codec::verify_detached(const body_message&) const {
  return refused(failure::malformed, "there are no detached messages of this kind");
}

std::expected<changed_body, jose::error> unwrapping_codec::whole(const body_message& message) const {
  std::expected<unwrapped, jose::error> opened = unwrap(message.body, {}, message.now);
  if (!opened) return std::unexpected(opened.error());
  std::optional<std::string> type = media_type(opened->content_type);
  if (!type) return refused(failure::type_mismatch, "cty is no media type");
  changed_body result;
  result.body = std::move(opened->content);
  result.content_type = std::move(*type);
  if (!opened->key_id.empty()) result.authors.push_back({{}, std::move(opened->signer), std::move(opened->key_id)});
  return result;
}

std::expected<changed_body, jose::error> unwrapping_codec::members(const body_message& message) const {
  changed_body result;
  const auto unwrap_one = [&](std::string_view place,
                              std::string_view member) -> std::expected<jose::secret_bytes, jose::error> {
    std::expected<unwrapped, jose::error> opened = unwrap(member, place, message.now);
    if (!opened) return std::unexpected(opened.error());
    if (!opened->key_id.empty())
      result.authors.push_back({std::string(place), std::move(opened->signer), std::move(opened->key_id)});
    return std::move(opened->content);
  };
  std::expected<jose::secret_bytes, jose::error> document =
      jose::unwrap_members(message.body, {.places = part_.places, .required = part_.required}, unwrap_one);
  if (!document) return std::unexpected(document.error());
  result.body = std::move(*document);
  return result;
}

}  // namespace candela::middleware::detail
