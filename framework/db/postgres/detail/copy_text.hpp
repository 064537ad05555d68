// Rows in the text format of COPY (PostgreSQL 15 documentation, COPY, "Text Format").
#pragma once

#include <candela/db/parameter.hpp>
#include <cstddef>
#include <span>
#include <string>

namespace candela::db::postgres {

/// Appends one line. Says which value is refused, and may have appended a part of the line then; the number of values
/// when none is.
[[nodiscard]] std::size_t append_copy_row(std::string& line, std::span<const parameter> values);

}  // namespace candela::db::postgres
