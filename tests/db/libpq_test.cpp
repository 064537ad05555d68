// libpq is loaded when a database needs it, and refused in words when it cannot be.
#include <doctest/doctest.h>

#include <candela/db/postgres/detail/libpq.hpp>
#include <stdexcept>
#include <string>

using namespace candela::db::postgres;

namespace {

std::string complaint_about(const char* file) {
  try {
    static_cast<void>(load_libpq(file));
  } catch (const std::invalid_argument& refused) {
    return refused.what();
  }
  return "it was loaded";
}

}  // namespace

TEST_CASE("a library of PostgreSQL that is not there is named, and why it cannot be loaded") {
  const std::string complaint = complaint_about("libpq-nowhere.so.5");
  const std::string expected =
      "the database's URL asks for PostgreSQL, but libpq-nowhere.so.5 cannot be loaded: libpq-nowhere.so.5: ";
  CHECK(complaint.substr(0, expected.size()) == expected);
  CHECK(complaint.size() > expected.size());
}

TEST_CASE("a library of PostgreSQL that lacks a function is refused, and the function named") {
  CHECK(complaint_about("libm.so.6") ==
        "the database's URL asks for PostgreSQL, but libm.so.6 is too old: it has no PQcancel");
}

TEST_CASE("a library of PostgreSQL that brings another OpenSSL is refused") {
  CHECK(complaint_about(OTHER_OPENSSL) == "the database's URL asks for PostgreSQL, but " OTHER_OPENSSL
                                          " uses another OpenSSL than this program");
}

TEST_CASE("the library of PostgreSQL is loaded once") {
  CHECK(&libpq() == &libpq());
  const bool same = libpq().finish == load_libpq().finish;
  CHECK(same);
}
