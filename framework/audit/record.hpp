// One decision of a service: who asked, on behalf of whom, through whom, for what, and what became of it.
#pragma once

#include <candela/audit/line.hpp>
#include <candela/core/arena.hpp>
#include <chrono>
#include <cstdint>
#include <span>
#include <string_view>

namespace candela::audit {

/// What became of a request.
enum class decision : std::uint8_t {
  allowed,    ///< answered below 400
  denied,     ///< 401, 403 or 429: asked by somebody who may not
  refused,    ///< any other answer below 500
  failed,     ///< 500 and above
  cut,        ///< the connection was lost before the answer was complete
  malformed,  ///< there was no request that could be understood
};
inline constexpr std::size_t decisions = 6;

/// `allowed` and so on; valid forever.
[[nodiscard]] std::string_view name_of(decision value) noexcept;

/// One step of the way on which a request came: a service called another one for an operation.
struct hop {
  std::string_view caller;
  std::string_view callee;
  std::string_view operation;
};

/// A field of the request that is kept.
struct kept_header {
  std::string_view name;
  std::string_view value;
};

/// Empty texts are left out. Views that are needed only while the record is written.
struct record {
  wall_time at{};  ///< when the answer was complete
  decision outcome = decision::allowed;
  std::string_view service;  ///< which decided
  std::string_view id;       ///< the correlation id
  std::string_view txn;      ///< the transaction of the chain of custody
  std::string_view user;     ///< on whose behalf
  std::string_view issuer;   ///< who says so
  std::string_view client;   ///< the program that asks
  std::string_view by;       ///< how that was proved
  std::span<const hop> via;  ///< through whom, the oldest first
  std::string_view peer;     ///< the address that the request came from
  std::string_view method;
  std::string_view target;  ///< the path, without the query
  std::string_view route;   ///< the pattern
  std::uint16_t status = 0;
  std::string_view code;  ///< of the problem
  std::chrono::microseconds duration{};
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
  std::span<const kept_header> headers;
  std::string_view chain;  ///< the evidence itself, where it is kept
  std::string_view proof;
};

/// A record takes this at least.
inline constexpr std::size_t least_record_bytes = 4096;

/// The content of the record's line, in `room`, which has `least_record_bytes` at least. What does not fit is
/// shortened: first headers and evidence are left out, then texts are cut; the record then says `"cut":true`. `spill`
/// is for what does not fit, and cleared. Throws `std::bad_alloc`.
[[nodiscard]] std::string_view write_record(const record& what, std::span<char> room, arena& spill);

}  // namespace candela::audit
