// SQLite behind the room's interface: the embedded default, for `db.url: sqlite:PATH`.
#pragma once

#include <candela/db/source.hpp>
#include <memory>
#include <string>

namespace candela::db::sqlite {

/// One database file for all workers: a thread that writes, and `settings.readers` threads that read, off every loop.
/// The file is made when it is missing and kept in WAL mode, so that readers and the writer never wait for each other.
/// `:memory:` is a database that ends with the source (for tests): one thread and connection serve all that is asked,
/// so that a transaction or stream has it for itself.
///
/// A transaction that may change something, and every session of one's own, takes the only writer: others wait for it.
/// Statements that are not declared read-only go to the writer as well.
///
/// Throws `std::invalid_argument` when the file cannot be opened or is no database, with a sentence that says why.
[[nodiscard]] std::unique_ptr<source> make_source(const settings& settings, std::string path,
                                                  metrics::registry* metrics);

/// Throws `std::invalid_argument` when there cannot be a file of that name, or no SQLite. Neither makes nor opens it.
void check_source(const std::string& path);

}  // namespace candela::db::sqlite
