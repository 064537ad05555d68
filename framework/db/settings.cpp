#include <candela/db/settings.hpp>

namespace candela::db {

namespace {

using namespace std::chrono_literals;

std::chrono::milliseconds milliseconds(config::reader& section, std::string_view key,
                                       std::chrono::milliseconds otherwise, config::duration_range allowed) {
  return std::chrono::ceil<std::chrono::milliseconds>(section.duration(key, otherwise, allowed));
}

void read_postgres(settings& into, config::reader& section) {
  into.protocol = section.choose<wire_protocol>(
      "protocol", {{"native", wire_protocol::native}, {"libpq", wire_protocol::libpq}}, into.protocol);
  into.batch = section.choose<sharing>("batch", {{"none", sharing::none}, {"reads", sharing::reads}}, into.batch);
  into.connections = section.integer<unsigned>("connections", into.connections, {1, 64});
  into.sessions = section.integer<unsigned>("sessions", into.sessions, {1, 256});
  into.prefer_socket = section.boolean("prefer_socket", into.prefer_socket);
  into.connect_timeout = milliseconds(section, "connect_timeout", into.connect_timeout, {100ms, 1h});
  into.reconnect_delay = milliseconds(section, "reconnect_delay", into.reconnect_delay, {1ms, 1h});
  into.reconnect_delay_max = milliseconds(section, "reconnect_delay_max", into.reconnect_delay_max, {1ms, 1h});
  into.session_idle = milliseconds(section, "session_idle", into.session_idle, {1ms, 24h});
  into.max_message_bytes = section.size("max_message_size", into.max_message_bytes, {64 * 1024, 1024 * 1024 * 1024});
}

}  // namespace

settings settings::read(config::reader& section, std::string_view url) {
  settings into;
  into.url = url.empty() ? section.string("url") : section.string("url", url);
  read_postgres(into, section);
  into.readers = section.integer<unsigned>("readers", into.readers, {1, 64});
  into.query_timeout = milliseconds(section, "query_timeout", into.query_timeout, {1ms, 1h});
  into.queue_limit =
      section.integer<std::size_t>("queue_limit", static_cast<std::size_t>(into.queue_limit), {1, 1 << 20});
  into.queue_bytes = section.size("queue_bytes", into.queue_bytes, {64 * 1024, std::size_t{1} << 40});
  into.retry_after =
      std::chrono::ceil<std::chrono::seconds>(section.duration("retry_after", into.retry_after, {1s, 1h}));
  into.stream_rows = section.integer<std::uint32_t>("stream_rows", into.stream_rows, {1, 1 << 20});
  return into;
}

}  // namespace candela::db
