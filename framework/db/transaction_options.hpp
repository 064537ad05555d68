// How a transaction is run.
#pragma once

#include <cstdint>

namespace candela::db {

/// What a transaction sees of others (ISO SQL). SQLite's transactions are always serializable.
enum class isolation : std::uint8_t { read_committed, repeatable_read, serializable };

struct transaction_options {
  isolation level = isolation::read_committed;
  bool read_only = false;
  /// How often the whole transaction is run again after a serialization failure or a deadlock. Then its function is
  /// called anew: what it did outside of the database must bear that.
  unsigned retries = 0;
};

}  // namespace candela::db
