// Private to the room: SQLite's errors in the words that all databases of the room use.
#pragma once

#include <candela/db/error.hpp>
#include <cstddef>
#include <string>
#include <string_view>

struct sqlite3;

namespace candela::db::sqlite {

/// What the last call on `connection` failed with, which returned `code` (extended or not). `sql` is the text that the
/// call was about, and stands `before` characters behind the beginning of what the caller sees as one text.
[[nodiscard]] error error_of(sqlite3* connection, int code, std::string_view sql, std::size_t before = 0);

/// A database that cannot be opened.
[[nodiscard]] error opening_error(sqlite3* connection, int code, std::string_view path);

/// An error of this side, in the server's form.
[[nodiscard]] error refused(std::string_view sqlstate, std::string message);

/// How many characters of UTF-8 stand in `text`.
[[nodiscard]] std::size_t characters(std::string_view text) noexcept;

}  // namespace candela::db::sqlite
