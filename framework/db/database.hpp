// What handlers use: `co_await x.db().query_one<world>(find_world, id)`.
#pragma once

#include <candela/db/copy_reader.hpp>
#include <candela/db/copy_writer.hpp>
#include <candela/db/row_stream.hpp>
#include <candela/db/transaction.hpp>

namespace candela::db {

/// A handle of a few words that knows the worker's driver, the arena for what queries give, and who may call them off.
/// An exchange makes one (`x.db()`); others make it themselves. For one worker's thread.
class database : public queries {
 public:
  /// `memory` keeps what queries give. A cancelled `token` ends them with `cancelled`; at `deadline` they end with
  /// `timed_out`, unless the configured limit comes first.
  database(db::driver& driver, arena& memory, cancel_token token = {},
           std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max()) noexcept
      : queries(driver, memory, token, deadline), driver_(&driver) {}

  /// Calls `body(transaction&)`, which returns a `task`, on a connection of its own: commits when it returns a value,
  /// rolls back when it returns an error or throws. Gives the value as `std::expected<Value, error>` (an expected with
  /// a `db::error` is passed on); what it throws is thrown on after the rollback.
  ///
  ///     const auto moved = co_await x.db().transaction(
  ///         [&](db::transaction& change) -> task<std::expected<void, db::error>> { ... }, options);
  ///
  /// `options` is a named object (GCC 12 miscompiles braces in an await).
  template <transaction_function Function>
  [[nodiscard]] auto transaction(Function body, transaction_options options = {}) const {
    return transaction_run<Function>::run(sessions(), std::move(body), options);
  }

  /// Reads a large result a few rows at a time (`settings::stream_rows`), on a connection of its own: gives
  /// `std::expected<row_stream, error>`.
  template <bindable... Arguments>
  [[nodiscard]] task<std::expected<row_stream, error>> stream(const statement& what, Arguments... arguments) const {
    return open_stream(sessions(), what, std::move(arguments)...);
  }

  /// Waits for a connection of one's own, for settings of the session, temporary tables and scripts: gives
  /// `std::expected<dedicated, error>`.
  [[nodiscard]] session_await session() const { return {sessions(), false}; }

  [[nodiscard]] db::driver& driver() const noexcept { return *driver_; }
  [[nodiscard]] db::dialect dialect() const noexcept { return driver_->dialect(); }
  /// The same with another end.
  [[nodiscard]] database until(std::chrono::steady_clock::time_point deadline) const noexcept {
    return {*driver_, *memory_, token_, deadline};
  }

 private:
  [[nodiscard]] session_context sessions() const noexcept { return {*driver_, *memory_, token_, deadline_}; }

  template <class... Arguments>
  static task<std::expected<row_stream, error>> open_stream(session_context context, const statement& what,
                                                            Arguments... arguments) {
    const std::array<parameter, sizeof...(Arguments)> values{to_parameter(arguments)...};
    co_return co_await stream_opening::open(context, what, context.home.stream_rows(), values);
  }

  db::driver* driver_;
};

/// Whether the database answers: asks it for nothing much.
[[nodiscard]] task<std::expected<void, error>> ping(driver& asked, cancel_token token = {});

}  // namespace candela::db
