// Private to the room: does on one connection what batches ask.
#pragma once

#include <candela/db/sqlite/detail/batch.hpp>
#include <candela/db/sqlite/detail/connection.hpp>

namespace candela::db::sqlite {

/// Opens its connection at the first work. Used by one thread at a time.
class runner {
 public:
  runner(database_file& file, access how) noexcept : file_(file), how_(how) {}

  /// Opens now.
  [[nodiscard]] std::optional<error> open();
  /// Runs every item; each says what came of it.
  void run(batch& work) noexcept;
  /// Ends a stream and a transaction that were left open. `altered`: closes the connection, so that nothing of the
  /// session stays behind.
  void end_session(bool altered) noexcept;

 private:
  void run_reads(batch& work);
  void run_writes(batch& work);
  [[nodiscard]] bool run_together(batch& work);
  [[nodiscard]] bool may_share(const batch& work);
  void undo(batch& work);
  void run_session(batch& work);
  void run_in_session(batch& work, item& one);

  void run_item(batch& work, item& one);
  void run_query(batch& work, item& one);
  void run_once(batch& work, item& one, prepared& what, std::uint32_t index);
  void take_rows(batch& work, item& one, prepared& what, std::uint32_t index);
  void go_on(batch& work, item& one);
  [[nodiscard]] error failure_of(int code, const prepared& what) const;

  database_file& file_;
  access how_;
  std::unique_ptr<connection> connection_;
  prepared* stream_ = nullptr;  // stands between two of its rows
  bool lost_ = false;           // the session's transaction was rolled back by an error
};

}  // namespace candela::db::sqlite
