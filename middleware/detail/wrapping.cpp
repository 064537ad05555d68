#include "middleware/detail/wrapping.hpp"

#include <candela/jose/members.hpp>

namespace candela::middleware::detail {

std::expected<changed_body, jose::error> wrapping_codec::apply(const body_message& message) const {
  switch (part_.shape) {
    case body_shape::whole: return whole(message);
    case body_shape::members: return members(message);
    case body_shape::detached: break;
  }
  std::expected<std::string, jose::error> signature = sign_detached(message);
  if (!signature) return std::unexpected(signature.error());
  changed_body result;
  result.signature = std::move(*signature);
  return result;
}

std::expected<std::string, jose::error> wrapping_codec::sign_detached(const body_message&) const {
  return std::unexpected(jose::error{jose::failure::malformed, "there are no detached messages of this kind"});
}

std::expected<changed_body, jose::error> wrapping_codec::whole(const body_message& message) const {
  const std::expected<std::string, jose::error> made = wrap(message.body, message.content_type, {}, message.now);
  if (!made) return std::unexpected(made.error());
  changed_body result;
  result.body = jose::secret_bytes(std::as_bytes(std::span(*made)));
  result.content_type = made_type();
  return result;
}

std::expected<changed_body, jose::error> wrapping_codec::members(const body_message& message) const {
  const auto wrap_one = [&](std::string_view place, std::string_view text) {
    return wrap(text, "application/json", place, message.now);
  };
  std::expected<jose::secret_bytes, jose::error> document =
      jose::wrap_members(message.body, {.places = part_.places, .required = part_.required}, wrap_one);
  if (!document) return std::unexpected(document.error());
  changed_body result;
  result.body = std::move(*document);
  return result;
}

}  // namespace candela::middleware::detail
