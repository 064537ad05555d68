// What a file's extension says about its content.
#pragma once

#include <string_view>

namespace candela::handlers::detail {

/// The media type for a name's extension, in any letter case; application/octet-stream for one that isn't known. Text
/// is taken for UTF-8. Static text.
[[nodiscard]] std::string_view media_type_of(std::string_view file_name) noexcept;

/// The extension in `file_name`, without its dot; empty when it has none.
[[nodiscard]] std::string_view extension_of(std::string_view file_name) noexcept;

}  // namespace candela::handlers::detail
