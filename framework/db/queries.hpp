// What can be asked of a database, a transaction and a connection of one's own alike.
#pragma once

#include <candela/db/collectors.hpp>
#include <candela/db/query_await.hpp>

namespace candela::db {

/// The queries. Every one is awaited at once and gives a `std::expected` whose error says what went wrong; none throws,
/// but for a statement that is no constant of static storage (`std::logic_error`). Values of rows go to the
/// arena that it was made with. For one worker's thread.
///
///     const auto found = co_await x.db().query_one<world>(find_world, id);    // expected<optional<world>, error>
///     if (!found) ...                                                         // found.error().code()
///
/// `.value()` on an error throws `std::bad_expected_access<db::error>`, which an exchange answers with a problem
/// document: 503 when the database could not be asked, otherwise 500.
class queries {
 public:
  /// Asks with the given parameters and keeps all rows.
  template <bindable... Arguments>
  [[nodiscard]] auto query(const statement& what, const Arguments&... arguments) const {
    return query_await<detail::keep_rows, sizeof...(Arguments)>(context(), what, arguments...);
  }

  /// As `query`, with each row read as a `Type` while it comes: `list<Type>`, a vector in the arena.
  template <readable_row Type, bindable... Arguments>
  [[nodiscard]] auto query_as(const statement& what, const Arguments&... arguments) const {
    return query_await<detail::read_all<Type>, sizeof...(Arguments)>(context(), what, arguments...);
  }

  /// At most one row: `std::optional<Type>`. More are the error `too_many_rows`.
  template <readable_row Type, bindable... Arguments>
  [[nodiscard]] auto query_one(const statement& what, const Arguments&... arguments) const {
    return query_await<detail::read_one<Type>, sizeof...(Arguments)>(context(), what, arguments...);
  }

  /// Drops rows and gives the number of those that were inserted, updated or deleted (`std::uint64_t`).
  template <bindable... Arguments>
  [[nodiscard]] auto execute(const statement& what, const Arguments&... arguments) const {
    return query_await<detail::count_rows, sizeof...(Arguments)>(context(), what, arguments...);
  }

  /// Asks the statement once for each element of `values` (a parameter, or a tuple of them), which stays in place
  /// meanwhile: separate queries that leave together. Gives one `Type` for each, in their order, as `list<Type>`. A
  /// query without a row is the error `no_rows`, unless `Type` is an optional. When one fails, the others are done
  /// nevertheless and the first error is given.
  template <class Type, lasting_range Range>
  [[nodiscard]] auto query_each(const statement& what, const Range& values) const {
    return each_await<detail::read_each<Type>>(context(), what, values);
  }

  /// As `query_each`, without rows: the sum of the rows that were affected.
  template <lasting_range Range>
  [[nodiscard]] auto execute_each(const statement& what, const Range& values) const {
    return each_await<detail::count_rows>(context(), what, values);
  }

 protected:
  queries(channel& target, arena& memory, cancel_token token, std::chrono::steady_clock::time_point deadline) noexcept
      : target_(&target), memory_(&memory), token_(token), deadline_(deadline) {}
  ~queries() = default;
  queries(const queries&) = default;
  queries& operator=(const queries&) = default;

  [[nodiscard]] query_context context() const noexcept { return {*target_, *memory_, token_, deadline_}; }

  channel* target_;
  arena* memory_;
  cancel_token token_;
  std::chrono::steady_clock::time_point deadline_;
};

}  // namespace candela::db
