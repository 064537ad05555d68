// The TechEmpower service over a database of its own, and what the tests ask of both.
#pragma once

#include <candela/db/settings.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/techempower/world.hpp"
#include "tests/system/client.hpp"
#include "tests/system/response.hpp"
#include "tests/system/server_process.hpp"

namespace techempower::testing {

/// One service with two workers, started with an empty database that only it and the test use.
class service_under_test {
 public:
  explicit service_under_test(const std::string& url);

  /// One that all tests share: on SQLite, or on PostgreSQL with its statement counters.
  static service_under_test& on_sqlite();
  static service_under_test& on_postgres();

  /// A client that is as patient as a busy machine wants it.
  [[nodiscard]] candela::system_test::client connect();
  /// The answer to GET on a connection of its own.
  [[nodiscard]] candela::system_test::response get(std::string_view target);
  /// Tells it to end and gives its exit status; nothing when it does not end.
  [[nodiscard]] std::optional<candela::system_test::exit_code> end();

  [[nodiscard]] const std::string& database_url() const noexcept { return url_; }

  /// What the database itself says, asked over a connection of the test's own: the first value of each row.
  [[nodiscard]] std::vector<std::int64_t> ask(const candela::db::statement& what);
  [[nodiscard]] std::vector<std::int64_t> ask(const candela::db::statement& what, std::int64_t parameter);
  /// Runs SQL there.
  void script(std::string_view sql);

 private:
  void run(const std::function<candela::task<void>(candela::db::database&)>& work);

  std::string url_;
  candela::system_test::server_process process_;
  std::uint16_t port_;
};

/// Calls `test` with the service over SQLite, then over PostgreSQL.
void over_each_database(const std::function<void(service_under_test&)>& test);

/// A request as the benchmark's clients send it.
[[nodiscard]] std::string request_for(std::string_view target);

/// The worlds of a body that is an array of objects with `id` and `randomNumber`, each from 1 to 10,000, and nothing
/// else in them. Fails the test otherwise.
[[nodiscard]] std::vector<world> worlds_of(const candela::system_test::response& answer);
/// Of a body that is one such object.
[[nodiscard]] world world_of(const candela::system_test::response& answer);

}  // namespace techempower::testing
