// Files that options name. Private.
#pragma once

#include <candela/config/reader.hpp>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace candela::middleware::detail {

/// All of a file; nothing when it cannot be read, as a folder. Blocks.
[[nodiscard]] std::optional<std::string> file_content(const std::filesystem::path& file);

/// The content of the file that an option names. Throws `config::error` at its place.
[[nodiscard]] std::string required_content(config::reader& options, std::string_view option);

}  // namespace candela::middleware::detail
