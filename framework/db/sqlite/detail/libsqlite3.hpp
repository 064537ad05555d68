// Private to the room: SQLite's functions, looked up when a database first needs them, so that other services do not
// carry them.
#pragma once

#include <sqlite3.h>

namespace candela::db::sqlite {

// Every function of SQLite that the room calls.
#define CANDELA_SQLITE_FUNCTIONS(LIST) \
  LIST(bind_blob64)                    \
  LIST(bind_double)                    \
  LIST(bind_int64)                     \
  LIST(bind_null)                      \
  LIST(bind_parameter_count)           \
  LIST(bind_parameter_name)            \
  LIST(bind_text64)                    \
  LIST(busy_handler)                   \
  LIST(changes64)                      \
  LIST(close)                          \
  LIST(column_blob)                    \
  LIST(column_bytes)                   \
  LIST(column_count)                   \
  LIST(column_double)                  \
  LIST(column_int64)                   \
  LIST(column_name)                    \
  LIST(column_text)                    \
  LIST(column_type)                    \
  LIST(config)                         \
  LIST(data_count)                     \
  LIST(db_config)                      \
  LIST(db_handle)                      \
  LIST(db_status)                      \
  LIST(errmsg)                         \
  LIST(error_offset)                   \
  LIST(errstr)                         \
  LIST(exec)                           \
  LIST(extended_errcode)               \
  LIST(finalize)                       \
  LIST(get_autocommit)                 \
  LIST(open_v2)                        \
  LIST(prepare_v2)                     \
  LIST(prepare_v3)                     \
  LIST(progress_handler)               \
  LIST(reset)                          \
  LIST(step)                           \
  LIST(stmt_readonly)                  \
  LIST(stmt_status)                    \
  LIST(total_changes64)

/// The functions by their names without `sqlite3_`, and their types.
struct libsqlite3_functions {
#define CANDELA_SQLITE_MEMBER(name) decltype(&::sqlite3_##name) name = nullptr;
  CANDELA_SQLITE_FUNCTIONS(CANDELA_SQLITE_MEMBER)
#undef CANDELA_SQLITE_MEMBER
};

/// Loads the library and finds all of them; it stays loaded as long as the process runs. Throws `std::invalid_argument`
/// with a sentence for the person who configured the database.
[[nodiscard]] libsqlite3_functions load_libsqlite3(const char* file = "libsqlite3.so.0");

/// The functions, loaded with the first call. Thread-safe. Throws as `load_libsqlite3` does, and tries again the next
/// time; never behind `check_source`, which begins with it.
[[nodiscard]] inline const libsqlite3_functions& libsqlite3() {
  static const libsqlite3_functions loaded = load_libsqlite3();
  return loaded;
}

}  // namespace candela::db::sqlite
