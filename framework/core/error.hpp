// Errors that candela's own functions return, where the caller is expected to handle them.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace candela {

/// What went wrong, as far as a caller may want to tell cases apart.
enum class errc {
  cancelled = 1,     ///< the surrounding scope, request or race was cancelled
  timed_out,         ///< a deadline passed
  closed,            ///< the other side, or this one, has ended the exchange
  reset,             ///< the connection broke
  refused,           ///< the other side doesn't want it
  unreachable,       ///< there is no way to the other side
  address_in_use,    ///< another process listens there
  not_found,         ///< there is no such thing
  already_exists,    ///< there is one already
  permission,        ///< the operating system doesn't allow it
  invalid,           ///< the input breaks a rule
  too_large,         ///< the input is over a limit
  busy,              ///< a bounded queue or pool is full
  unavailable,       ///< a dependency doesn't answer
  unsupported,       ///< valid, but not offered here
  out_of_resources,  ///< descriptors or memory have run out
  io,                ///< reading or writing failed
  internal,          ///< a defect of this program
};

/// A fixed name such as `timed_out`; valid forever.
[[nodiscard]] std::string_view name_of(errc code) noexcept;

/// An error and, for logs and people, what it was about. The text is no interface; the code is.
struct error {
  errc code = errc::internal;
  std::string detail;

  error() = default;
  error(errc kind) noexcept : code(kind) {}
  error(errc kind, std::string text) noexcept : code(kind), detail(std::move(text)) {}

  /// `timed_out: detail`, or the name alone.
  [[nodiscard]] std::string text() const;

  friend bool operator==(const error& left, errc right) noexcept { return left.code == right; }
};

/// The error for an `errno` value, or for its negative as libuv returns it; `what` is named in the detail.
[[nodiscard]] error system_error(int number, std::string_view what);

}  // namespace candela
