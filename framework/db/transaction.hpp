// Several statements as one: committed when the function returns, rolled back when it fails.
#pragma once

#include <candela/db/dedicated.hpp>
#include <concepts>
#include <exception>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

namespace candela::db {

/// What the function of a transaction is given: asks like a database, on the transaction's own connection.
class transaction : public queries {
 public:
  /// Made by `database::transaction`.
  transaction(const session_context& context, dedicated connection) noexcept
      : queries(connection.session(), context.memory, context.token, context.deadline),
        connection_(std::move(connection)) {}

  /// As `dedicated::script`.
  [[nodiscard]] task<std::expected<void, error>> script(std::string_view sql) { return connection_.script(sql); }

  /// As `dedicated::copy_in`. What it has stored is committed with the transaction.
  [[nodiscard]] task<std::expected<copy_writer, error>> copy_in(const statement& what);
  /// As `dedicated::copy_out`.
  [[nodiscard]] task<std::expected<copy_reader, error>> copy_out(const statement& what);

 private:
  template <class Function>
  friend class transaction_run;

  [[nodiscard]] task<std::expected<void, error>> begin(const statement& how);
  [[nodiscard]] task<std::expected<void, error>> commit();
  // Whatever comes of it: a connection that cannot roll back is closed, which is as good.
  [[nodiscard]] task<void> roll_back();

  dedicated connection_;
};

namespace detail {

template <class Value>
struct transaction_value {
  using type = std::expected<Value, error>;
};
template <class Value>
struct transaction_value<std::expected<Value, error>> {
  using type = std::expected<Value, error>;
};

template <class Value>
inline constexpr bool is_foreign_expected = false;
template <class Value, class Error>
inline constexpr bool is_foreign_expected<std::expected<Value, Error>> = !std::same_as<Error, error>;

}  // namespace detail

/// What is called with a `transaction&` and returns a task of a value, or of an expected with a `db::error`. Another
/// type's error would be a value like any other, and be committed.
template <class Function>
concept transaction_function =
    std::invocable<Function&, transaction&> &&
    !detail::is_foreign_expected<typename std::invoke_result_t<Function&, transaction&>::value_type>;

/// Runs a function in transactions until one is committed or has failed for good.
template <class Function>
class transaction_run {
 public:
  using given = typename std::invoke_result_t<Function&, transaction&>::value_type;
  using outcome = typename detail::transaction_value<given>::type;

  [[nodiscard]] static task<outcome> run(session_context context, Function body, transaction_options options) {
    for (unsigned attempt = 0;; ++attempt) {
      session_await asked(context, options.read_only);
      std::expected<dedicated, error> connection = co_await asked;
      if (!connection) co_return std::unexpected(std::move(connection).error());
      transaction open(context, std::move(*connection));
      std::optional<outcome> ended;
      std::exception_ptr thrown;
      task<void> attempted = try_once(open, context.home.begin_statement(options), body, ended, thrown);
      co_await attempted;
      if (attempt < options.retries && !context.token.cancelled() && may_retry(ended, thrown)) continue;
      if (thrown) std::rethrow_exception(thrown);
      co_return std::move(*ended);
    }
  }

 private:
  static task<void> try_once(transaction& open, const statement& how, Function& body, std::optional<outcome>& ended,
                             std::exception_ptr& thrown) {
    std::expected<void, error> begun = co_await open.begin(how);
    if (!begun) {
      ended.emplace(std::unexpected(std::move(begun).error()));
      co_return;
    }
    co_await call(open, body, ended, thrown);
    if (thrown || !ended->has_value()) {
      co_await open.roll_back();
      co_return;
    }
    std::expected<void, error> committed = co_await open.commit();
    if (!committed) ended.emplace(std::unexpected(std::move(committed).error()));
  }

  static task<void> call(transaction& open, Function& body, std::optional<outcome>& ended, std::exception_ptr& thrown) {
    try {
      task<given> work = std::invoke(body, open);
      if constexpr (std::is_void_v<given>) {
        co_await work;
        ended.emplace();
      } else {
        ended.emplace(co_await work);
      }
    } catch (...) {
      thrown = std::current_exception();
    }
  }

  static bool may_retry(const std::optional<outcome>& ended, const std::exception_ptr& thrown) {
    if (!thrown) return !ended->has_value() && ended->error().is_serialization_failure();
    try {
      std::rethrow_exception(thrown);
    } catch (const std::bad_expected_access<error>& failed) {
      return failed.error().is_serialization_failure();
    } catch (...) {
      return false;
    }
  }
};

}  // namespace candela::db
