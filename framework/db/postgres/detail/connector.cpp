#include <algorithm>
#include <candela/db/postgres/detail/connector.hpp>
#include <candela/db/postgres/detail/libpq_channel.hpp>
#include <candela/db/postgres/detail/libpq_link.hpp>
#include <candela/db/postgres/detail/wire_link.hpp>

namespace candela::db::postgres {

task<std::expected<std::shared_ptr<link>, error>> connector::open(purpose wanted, cancel_token token) {
  const auto connect = [plan = plan_, wanted] { return plan->open(wanted); };
  std::expected<connection_ptr, candela::error> opened =
      co_await lanes_.connecting.run(host_.worker.loop(), connect, token);
  if (!opened) co_return std::unexpected(error(errc::connection_lost, opened.error().detail));
  if (host_.options.protocol == wire_protocol::libpq) {
    co_return std::make_shared<libpq_link>(host_, std::move(*opened), lanes_.stopping);
  }
  auto channel = std::make_unique<libpq_channel>(std::move(*opened), lanes_.stopping);
  co_return std::make_shared<wire_link>(host_, std::move(channel));
}

std::chrono::nanoseconds connector::delay_after(unsigned failures) {
  const settings& options = host_.options;
  const std::chrono::nanoseconds longest = options.reconnect_delay_max;
  std::chrono::nanoseconds delay = options.reconnect_delay;
  for (unsigned i = 1; i < failures && delay < longest; ++i) delay *= 2;
  delay = std::min(delay, longest);
  const auto half = static_cast<std::uint64_t>(delay.count()) / 2;
  return std::chrono::nanoseconds(static_cast<std::int64_t>(half + random_() % (half + 1)));
}

}  // namespace candela::db::postgres
