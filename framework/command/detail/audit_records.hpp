// Private to the room: records of audit trails, for people.
#pragma once

#include <candela/audit/verifier.hpp>
#include <candela/json/describe.hpp>
#include <cstdint>
#include <expected>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace candela::command {

/// A step of the way on which a request came.
struct shown_hop {
  std::string from;
  std::string to;
  std::string op;
};
CANDELA_DESCRIBE_AS(shown_hop, (from, "from"), (to, "to", candela::json::defaulted),
                    (op, "op", candela::json::defaulted))

/// A record, as far as it is shown; texts that it lacks are empty.
struct shown_request {
  std::string at;
  std::string outcome;
  std::string service;
  std::string id;
  std::string txn;
  std::string user;
  std::string issuer;
  std::string client;
  std::vector<shown_hop> via;
  std::string peer;
  std::string method;
  std::string target;
  std::string route;
  std::uint16_t status = 0;
  std::string code;
  std::uint64_t us = 0;
};

/// A record from a trail's line; nothing for other lines.
[[nodiscard]] std::optional<shown_request> read_request(std::string_view line);

/// The trails in these files and folders. Throws `misuse` for what is not there, and for files that are none of a
/// trail.
[[nodiscard]] std::vector<audit::stream_files> trails_in(const std::vector<std::string>& places);

/// The records of that correlation id or transaction, and all others of a transaction that one of them belongs to; by
/// time. Lines that cannot be read are passed over: `candela audit verify` tells about them.
[[nodiscard]] std::vector<shown_request> find_requests(const std::vector<audit::stream_files>& trails,
                                                       const std::string& id);

/// The same in a database. Throws `std::runtime_error`.
[[nodiscard]] std::vector<shown_request> find_requests(const std::string& url, const std::string& id);

/// What a client may have sent, for a terminal: control characters, which might make it do something, become `?`.
[[nodiscard]] std::string printable(std::string_view text);

template <class Value>
Value value_or_throw(std::expected<Value, std::string> given) {
  if (!given) throw std::runtime_error(given.error());
  return std::move(*given);
}

}  // namespace candela::command
