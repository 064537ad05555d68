# SQLite, the embedded database. Only its header is needed here: a service loads the library when its database is SQLite.
# Older ones cannot say where in a statement an error stands (3.38).
pkg_check_modules(sqlite3 REQUIRED IMPORTED_TARGET sqlite3>=3.38)
