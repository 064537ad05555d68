// Opens the connections of one worker.
#pragma once

#include <candela/core/cancellation.hpp>
#include <candela/core/random.hpp>
#include <candela/core/task.hpp>
#include <candela/db/postgres/detail/cancel_thread.hpp>
#include <candela/db/postgres/detail/connection.hpp>
#include <candela/db/postgres/detail/link.hpp>
#include <candela/net/lane.hpp>
#include <expected>
#include <memory>

namespace candela::db::postgres {

/// Where it is waited for the network, for all workers; a few threads are enough.
struct connect_lanes {
  net::lane connecting{net::lane_options{"candela-db", 4, 1024}};
  cancel_thread stopping;
};

/// Connecting happens on a lane, since libpq resolves names and waits there. One worker's thread.
class connector {
 public:
  connector(link_host& host, std::shared_ptr<const connect_plan> plan, connect_lanes& lanes)
      : host_(host), plan_(std::move(plan)), lanes_(lanes) {}

  /// A link over a new connection; `error` tells libpq's words. Ends at once when the token is cancelled.
  [[nodiscard]] task<std::expected<std::shared_ptr<link>, error>> open(purpose wanted, cancel_token token);

  /// How long to wait before the next attempt, after that many failures in a row: doubled each time, half of it by
  /// chance, so that the workers of many processes do not come all at once.
  [[nodiscard]] std::chrono::nanoseconds delay_after(unsigned failures);

 private:
  link_host& host_;
  std::shared_ptr<const connect_plan> plan_;
  connect_lanes& lanes_;
  fast_random random_;
};

}  // namespace candela::db::postgres
