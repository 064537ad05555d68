// Errors as libpq tells them.
#pragma once

#include <candela/db/error.hpp>
#include <candela/db/postgres/detail/libpq.hpp>
#include <string>

namespace candela::db::postgres {

/// Everything that the server, or libpq itself, said about a failed query.
[[nodiscard]] server_report report_of(const PGresult& result);

/// The first line of what libpq says about a connection.
[[nodiscard]] std::string first_line(const char* text);

}  // namespace candela::db::postgres
