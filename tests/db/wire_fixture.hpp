// One statement asked of a scripted server, and what that answers.
#pragma once

#include <expected>
#include <optional>

#include "tests/db/scripted_server.hpp"

namespace candela::testing {

inline constexpr db::statement find{"SELECT id FROM t WHERE id = $1", db::read_only};

using number = std::expected<std::optional<int>, db::error>;

inline task<number> ask(const db::queries& from, int id) { co_return co_await from.query_one<int>(find, id); }

/// With the statement's preparation.
inline server_bytes first_answer(int value) {
  server_bytes said;
  said.prepared({db::sql_type::int4}, {{"id", db::sql_type::int4}}).bound().row({value}).complete("SELECT 1").ready();
  return said;
}

inline server_bytes next_answer(int value) {
  server_bytes said;
  said.bound().row({value}).complete("SELECT 1").ready();
  return said;
}

/// The statement is known to both sides afterwards.
inline void warm_up(scripted_server& server) {
  started<number> first(ask(server, 1));
  static_cast<void>(server.take());
  server.say(first_answer(1));
  REQUIRE(first.result().value() == 1);
}

}  // namespace candela::testing
