// One configured database of a process, of which every worker gets its driver.
#pragma once

#include <candela/core/metrics.hpp>
#include <candela/db/driver.hpp>
#include <candela/db/settings.hpp>
#include <memory>

namespace candela::db {

/// Owned by the service; outlives its drivers. Thread-safe.
class source {
 public:
  source() = default;
  source(const source&) = delete;
  source& operator=(const source&) = delete;
  virtual ~source() = default;

  /// The driver of that worker. Connects in the background: queries wait for the connection up to their deadline.
  /// On the worker's thread, or before it runs.
  [[nodiscard]] virtual std::unique_ptr<driver> open(net::worker& worker) = 0;

  /// Waits for what its threads still do and takes no more work. Before the workers' loops end; on none of their
  /// threads unless its loop has ended running.
  virtual void shut_down() = 0;
};

/// The source that `settings.url` stands for. `metrics`, when given, counts there and outlives the source. Throws
/// `std::invalid_argument` for a URL that no database has, or whose database cannot be reached without a library that
/// this machine lacks (libpq.so.5, libsqlite3.so.0), with a sentence for the person who configured it.
[[nodiscard]] std::unique_ptr<source> make_source(const settings& settings, metrics::registry* metrics = nullptr);

/// Whether they name a SQLite file that is not there, which `make_source` would make. Throws for another URL than a
/// database has.
[[nodiscard]] bool is_missing(const settings& settings);

/// The SQL of the database that they name. Throws as `is_missing`.
[[nodiscard]] dialect dialect_of(const settings& settings);

/// Throws what `make_source` would throw for what these settings say, without asking the database and without making
/// its file.
void check_source(const settings& settings);

}  // namespace candela::db
