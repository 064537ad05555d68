// Private to the room: the statements that the SQLite driver itself says.
#pragma once

#include <candela/db/statement.hpp>

namespace candela::db::sqlite::phrases {

inline constexpr statement begin_reading{"BEGIN", read_only};
inline constexpr statement begin_writing{"BEGIN IMMEDIATE"};
inline constexpr statement commit{"COMMIT"};
inline constexpr statement roll_back{"ROLLBACK"};

}  // namespace candela::db::sqlite::phrases
