// The numbered SQL files of a folder.
#pragma once

#include <candela/db/driver.hpp>
#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace candela::db {

/// What is wrong with migrations, in a sentence for the person who runs them.
class migration_error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// One step of a schema: the file `0001_create_world.sql`.
struct migration {
  std::uint32_t number = 0;
  std::string name;  ///< `0001_create_world`
  std::filesystem::path file;
  std::string sql;
  std::string checksum;     ///< SHA-256 of the text in hexadecimal; line ends of either kind give the same,
                            ///< and so does a byte order mark
  bool transaction = true;  ///< the file has no line `-- candela: no transaction`
};

/// Reads `NUMBER_NAME.sql` of a folder, in the order of their numbers, which go up from 1 without a gap. A file
/// `NUMBER_NAME.postgres.sql` or `NUMBER_NAME.sqlite.sql` is for that database only, and stands before a common one of
/// the same name. Files that do not end in `.sql` are none of ours. Throws `migration_error` for a gap, a number that
/// stands twice, a name without a number, a folder without any such file, and what cannot be read.
[[nodiscard]] std::vector<migration> read_migrations(const std::filesystem::path& folder, dialect database);

}  // namespace candela::db
