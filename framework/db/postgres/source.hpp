// PostgreSQL as a source of drivers.
#pragma once

#include <candela/db/source.hpp>
#include <memory>

namespace candela::db::postgres {

/// As `db::make_source`, for URLs that libpq reads.
[[nodiscard]] std::unique_ptr<source> make_source(const settings& chosen, metrics::registry* registry);
/// As `db::check_source`.
void check_source(const settings& chosen);

}  // namespace candela::db::postgres
