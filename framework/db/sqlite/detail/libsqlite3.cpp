#include <candela/db/detail/shared_library.hpp>
#include <candela/db/sqlite/detail/libsqlite3.hpp>

namespace candela::db::sqlite {

libsqlite3_functions load_libsqlite3(const char* file) {
  const shared_library library("SQLite", file);
  libsqlite3_functions found;
#define CANDELA_SQLITE_FIND(name) library.find("sqlite3_" #name, found.name);
  CANDELA_SQLITE_FUNCTIONS(CANDELA_SQLITE_FIND)
#undef CANDELA_SQLITE_FIND
  return found;
}

}  // namespace candela::db::sqlite
