// The tables of the benchmark, made and filled where they are missing.
#pragma once

#include <candela/db/db.hpp>

namespace techempower {

/// Leaves what is there as it is. Any number of services may do this at the same time. Throws
/// `std::bad_expected_access<db::error>` when the database does not let it.
candela::task<void> make_missing_tables(candela::db::database& data);

}  // namespace techempower
