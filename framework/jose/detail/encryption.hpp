// Private to the room: encryption with what is random in it chosen by the caller, for printed examples. Else nothing
// but what `jwe.hpp` says.
#pragma once

#include <candela/jose/detail/key_wrapping.hpp>
#include <candela/jose/jwe.hpp>

namespace candela::jose::detail {

[[nodiscard]] std::expected<std::string, error> encrypt(std::string_view content, const recipient& to,
                                                        content_algorithm encryption, const encryption_header& said,
                                                        const chosen_randomness& chosen);

/// `chosen` is that of each recipient in turn, and what concerns the content that of the first.
[[nodiscard]] std::expected<std::string, error> encrypt_json(std::string_view content, std::span<const recipient> to,
                                                             content_algorithm encryption,
                                                             const encryption_header& said,
                                                             std::string_view additional_data,
                                                             std::span<const chosen_randomness> chosen,
                                                             std::optional<json_form> form = {});

}  // namespace candela::jose::detail
