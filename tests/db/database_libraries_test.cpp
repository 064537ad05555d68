// The databases' own libraries are loaded when a database needs them, and refused in words when they cannot be.
#include <doctest/doctest.h>

#include <candela/db/postgres/detail/libpq.hpp>
#include <candela/db/sqlite/detail/libsqlite3.hpp>
#include <stdexcept>
#include <string>

using candela::db::postgres::libpq;
using candela::db::postgres::load_libpq;
using candela::db::sqlite::load_libsqlite3;

namespace {

template <class Functions>
std::string complaint_about(const char* file, Functions load(const char*)) {
  try {
    static_cast<void>(load(file));
  } catch (const std::invalid_argument& refused) {
    return refused.what();
  }
  return "it was loaded";
}

}  // namespace

TEST_CASE("a library of PostgreSQL that is not there is named, and why it cannot be loaded") {
  const std::string complaint = complaint_about("libpq-nowhere.so.5", load_libpq);
  const std::string expected =
      "the database's URL asks for PostgreSQL, but libpq-nowhere.so.5 cannot be loaded: libpq-nowhere.so.5: ";
  CHECK(complaint.substr(0, expected.size()) == expected);
  CHECK(complaint.size() > expected.size());
}

TEST_CASE("a library of PostgreSQL or SQLite that lacks a function is refused, and the function named") {
  CHECK(complaint_about("libm.so.6", load_libpq) ==
        "the database's URL asks for PostgreSQL, but libm.so.6 is too old: it has no PQcancel");
  CHECK(complaint_about("libm.so.6", load_libsqlite3) ==
        "the database's URL asks for SQLite, but libm.so.6 is too old: it has no sqlite3_bind_blob64");
}

TEST_CASE("a library of PostgreSQL that brings another OpenSSL is refused") {
  CHECK(complaint_about(OTHER_OPENSSL, load_libpq) == "the database's URL asks for PostgreSQL, but " OTHER_OPENSSL
                                                      " uses another OpenSSL than this program");
}

TEST_CASE("the library of PostgreSQL is loaded once") {
  CHECK(&libpq() == &libpq());
  const bool same = libpq().finish == load_libpq().finish;
  CHECK(same);
}
