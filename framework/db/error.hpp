// What a database answers when it does not do what it was asked: a value, never an exception.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace candela::db {

/// What went wrong, as far as a caller may want to tell cases apart.
enum class errc : std::uint8_t {
  connection_lost = 1,  ///< there is no connection, or it broke while the query was under way: it may have run or not
  timed_out,            ///< the deadline passed before the answer came: it may have run or not
  cancelled,            ///< nobody waits for the answer any more
  overloaded,           ///< the queue is full; nothing was sent. `retry_after` says when to come again
  closed,               ///< the database was closed by this service
  constraint,           ///< a constraint refused the change (SQLSTATE class 23)
  serialization,        ///< the transaction lost against another one and may be tried again (class 40)
  wrong_type,           ///< a value does not have, or does not fit, the type that was asked for
  wrong_column,         ///< there is no such column
  no_rows,              ///< a row was required and there is none
  too_many_rows,        ///< at most one row was expected
  out_of_memory,        ///< this process has none left for the question or the rows
  unsupported,          ///< the database has no such thing
  protocol,             ///< the server broke the protocol; the connection was closed
  server,               ///< any other error of the server; `sqlstate` tells
};

/// One more than the number of codes.
inline constexpr std::size_t error_codes = static_cast<std::size_t>(errc::server) + 1;

/// A fixed name such as `connection_lost`; valid forever.
[[nodiscard]] std::string_view name_of(errc code) noexcept;

/// What a server says about an error, in its own words. Empty where it said nothing.
struct server_report {
  std::string sqlstate;  ///< five characters (PostgreSQL, appendix A); SQLite's codes are translated
  std::string severity;
  std::string message;
  std::string detail;
  std::string hint;
  std::string schema;
  std::string table;
  std::string column;
  std::string constraint;
  std::string routine;         ///< of the server's source
  std::uint32_t position = 0;  ///< in the statement, in characters from 1; 0 when it was not told
};

/// An error of a database. Cheap to make without words, cheap to copy. What the texts say is for logs and people, not
/// for clients: they may show data.
class error {
 public:
  explicit error(errc code) noexcept : code_(code) {}
  error(errc code, std::string message);
  error(errc code, server_report report);

  /// The queue is full: come again after that time.
  [[nodiscard]] static error overloaded(std::chrono::seconds retry_after) noexcept;
  /// What the server reported, with the code that its SQLSTATE stands for.
  [[nodiscard]] static error from_server(server_report report);

  [[nodiscard]] errc code() const noexcept { return code_; }
  /// Five characters, or nothing when the error is not the server's.
  [[nodiscard]] std::string_view sqlstate() const noexcept { return report().sqlstate; }
  [[nodiscard]] std::string_view message() const noexcept { return report().message; }
  [[nodiscard]] std::string_view detail() const noexcept { return report().detail; }
  [[nodiscard]] std::string_view hint() const noexcept { return report().hint; }
  /// The constraint that refused, by its name.
  [[nodiscard]] std::string_view constraint() const noexcept { return report().constraint; }
  /// Everything that the server said. Valid as long as this error or a copy.
  [[nodiscard]] const server_report& report() const noexcept;
  /// When to come again; zero when nothing is known about that.
  [[nodiscard]] std::chrono::seconds retry_after() const noexcept { return std::chrono::seconds(retry_after_); }

  /// Whether the same transaction, begun anew, may succeed: a serialization failure (40001) or a deadlock (40P01).
  [[nodiscard]] bool is_serialization_failure() const noexcept { return code_ == errc::serialization; }
  /// 23505
  [[nodiscard]] bool is_unique_violation() const noexcept { return sqlstate() == "23505"; }
  /// 23503
  [[nodiscard]] bool is_foreign_key_violation() const noexcept { return sqlstate() == "23503"; }
  /// Whether the database could not be asked, so that a client should be told to come again later (503).
  [[nodiscard]] bool is_unavailable() const noexcept;

  /// `constraint 23505: duplicate key value ... (Key (id)=(1) already exists.)`, for logs.
  [[nodiscard]] std::string text() const;

  friend bool operator==(const error& left, errc right) noexcept { return left.code_ == right; }

 private:
  errc code_;
  std::uint32_t retry_after_ = 0;
  std::shared_ptr<const server_report> report_;
};

}  // namespace candela::db
