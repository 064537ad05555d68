// Private to the room: several statements in one text.
#pragma once

#include <candela/db/sqlite/detail/connection.hpp>
#include <string_view>

namespace candela::db::sqlite {

/// Runs them as one: all or none, unless the script says BEGIN and COMMIT itself; a single statement stands for
/// itself. Rows are dropped. The error's position is that in the script.
class script_run {
 public:
  script_run(connection& on, access how, std::string_view script) noexcept
      : connection_(on), how_(how), script_(script) {}

  [[nodiscard]] std::optional<error> run();

 private:
  [[nodiscard]] std::optional<error> run_all();
  [[nodiscard]] std::optional<error> run_next(std::string_view rest);
  [[nodiscard]] std::optional<error> step(sqlite3_stmt* prepared, std::string_view sql);
  [[nodiscard]] error located(int code, std::string_view sql) const;

  connection& connection_;
  access how_;
  std::string_view script_;
  std::size_t at_ = 0;
  bool own_transaction_ = false;  // begun by us, around what the script says
};

}  // namespace candela::db::sqlite
