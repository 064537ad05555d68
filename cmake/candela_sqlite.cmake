# SQLite, the embedded database. Older ones cannot say where in a statement an error stands (3.38).
pkg_check_modules(sqlite3 REQUIRED IMPORTED_TARGET sqlite3>=3.38)
