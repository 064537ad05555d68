#include <candela/db/copy_reader.hpp>
#include <candela/db/copy_writer.hpp>
#include <candela/db/transaction.hpp>

namespace candela::db {

namespace {

constexpr statement commit_statement{"COMMIT"};
constexpr statement rollback_statement{"ROLLBACK"};

std::expected<void, error> without_count(std::expected<std::uint64_t, error> counted) {
  if (!counted) return std::unexpected(std::move(counted).error());
  return {};
}

}  // namespace

task<std::expected<void, error>> transaction::begin(const statement& how) {
  co_return without_count(co_await execute(how));
}

task<std::expected<void, error>> transaction::commit() {
  connection_.ignore_cancellation();
  // PostgreSQL answers COMMIT in a failed transaction with a rollback and no error.
  const bool failed = connection_.session().transaction_failed();
  if (failed) {
    co_await roll_back();
    co_return std::unexpected(error(errc::server, "a statement of the transaction had failed: it was rolled back"));
  }
  co_return without_count(co_await connection_.execute(commit_statement));
}

task<std::expected<copy_writer, error>> transaction::copy_in(const statement& what) {
  return connection_.copy_in(what);
}

task<std::expected<copy_reader, error>> transaction::copy_out(const statement& what) {
  return connection_.copy_out(what);
}

task<void> transaction::roll_back() {
  connection_.ignore_cancellation();
  if (!connection_.session().usable()) co_return;
  static_cast<void>(co_await connection_.execute(rollback_statement));
}

}  // namespace candela::db
