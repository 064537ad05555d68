// Reading YAML 1.2 documents into nodes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <candela/config/environment.hpp>
#include <candela/config/node.hpp>

namespace candela::config {

/// The limits of a document; what exceeds one is refused before it can cost time or memory.
inline constexpr std::size_t max_document_bytes = std::size_t{1} << 20;
/// Lists and maps inside each other.
inline constexpr std::size_t max_document_depth = 32;
/// Values of a document, those that aliases repeat counted each time.
inline constexpr std::size_t max_document_nodes = 50'000;

/// Reads one YAML document. Every scalar that is a value has `${NAME}` and `${NAME:default}` replaced from `variables`;
/// `$${` stands for `${`. An unquoted scalar gets its type from the text after that, a quoted one stays a string, and a
/// variable's value never adds structure. An empty document is a null node.
///
/// Anchors, aliases and `<<` (merge) work. Refused with `config::error`: what is not valid UTF-8 or YAML, tags, a
/// second document, a key that is given twice, a key that is no scalar, a variable that is not set and has no default,
/// and what exceeds a limit. `file_name` is the name in errors and the start of relative paths.
[[nodiscard]] node parse_text(std::string_view text, const std::string& file_name,
                              const environment& variables = process_environment());

/// As `parse_text`, for the content of the file at `path`; throws `config::error` when it cannot be read.
[[nodiscard]] node load_file(const std::string& path, const environment& variables = process_environment());

}  // namespace candela::config
