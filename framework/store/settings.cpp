#include <candela/store/redis_url.hpp>
#include <candela/store/settings.hpp>
#include <fstream>
#include <iterator>

namespace candela::store {

namespace {

using namespace std::chrono_literals;

std::chrono::milliseconds milliseconds(config::reader& section, std::string_view key,
                                       std::chrono::milliseconds otherwise, config::duration_range allowed) {
  return std::chrono::ceil<std::chrono::milliseconds>(section.duration(key, otherwise, allowed));
}

// Without the line end that editors leave behind it.
std::string read_secret(const std::filesystem::path& file, const config::node& named) {
  std::ifstream from(file, std::ios::binary);
  std::string secret{std::istreambuf_iterator<char>(from), {}};
  if (!from) named.fail("cannot be read");
  while (secret.ends_with('\n') || secret.ends_with('\r')) secret.pop_back();
  if (secret.empty()) named.fail("holds no password");
  return secret;
}

void read_password(settings& into, config::reader& section) {
  into.user = section.string("user", "");
  into.password = section.string("password", "");
  if (section.has("password_file")) {
    if (!into.password.empty()) section.get("password_file").fail("the password is given already, by password");
    into.password = read_secret(section.path("password_file"), section.get("password_file"));
  }
  if (!into.user.empty() && into.password.empty()) section.get("user").fail("a user needs a password");
}

void read_redis(settings& into, config::reader& section) {
  into.redis = section.string("redis");
  if (const auto url = redis_url::parse(into.redis); !url) section.get("redis").fail(url.error());
  read_password(into, section);
  into.prefix = section.string("prefix", into.prefix);
  into.timeout = milliseconds(section, "timeout", into.timeout, {1ms, 10s});
  into.connect_timeout = milliseconds(section, "connect_timeout", into.connect_timeout, {1ms, 1min});
  into.reconnect_delay = milliseconds(section, "reconnect_delay", into.reconnect_delay, {1ms, 1min});
  into.reconnect_delay_max = milliseconds(section, "reconnect_delay_max", into.reconnect_delay_max, {1ms, 1h});
  into.queue_limit = section.integer<std::size_t>("queue_limit", into.queue_limit, {1, 1 << 20});
}

}  // namespace

settings settings::read(config::reader section) {
  settings into;
  if (section.has("redis")) {
    read_redis(into, section);
  } else {
    into.spent_entries = section.integer<std::size_t>("spent_entries", into.spent_entries, {1, 100'000'000});
    into.limit_entries = section.integer<std::size_t>("limit_entries", into.limit_entries, {1, 16'777'216});
  }
  return into;
}

}  // namespace candela::store
