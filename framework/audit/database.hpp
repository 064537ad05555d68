// Trails in the table of a database, for those who read them.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace candela::audit {

namespace detail {
class blocking_database;
}

/// Reads the table `candela_audit`. Blocks the calling thread; one thread. Errors are sentences.
class database_reader {
 public:
  /// `url` is as `db::settings::url`. Throws `std::invalid_argument` for one that no database has.
  explicit database_reader(const std::string& url);
  ~database_reader();
  database_reader(const database_reader&) = delete;
  database_reader& operator=(const database_reader&) = delete;

  /// The trails that are there, by name.
  [[nodiscard]] std::expected<std::vector<std::string>, std::string> streams();
  /// Up to a thousand lines of a trail, from that number on; none at its end.
  [[nodiscard]] std::expected<std::vector<std::string>, std::string> lines(const std::string& stream,
                                                                           std::uint64_t from);
  /// The lines of all records with that correlation id or transaction.
  [[nodiscard]] std::expected<std::vector<std::string>, std::string> records_of(const std::string& id);

 private:
  std::unique_ptr<detail::blocking_database> database_;
};

}  // namespace candela::audit
