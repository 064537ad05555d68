#include <candela/store/detail/redis_set.hpp>

#include <stdexcept>
#include <utility>
#include <vector>

namespace candela::store {

namespace {

redis_url usable_url(const std::string& text) {
  auto read = redis_url::parse(text);
  if (!read) throw std::invalid_argument("redis: " + read.error());
  return *read;
}

timeval to_native(std::chrono::milliseconds time) noexcept {
  return {static_cast<time_t>(time.count() / 1000), static_cast<suseconds_t>(time.count() % 1000 * 1000)};
}

}  // namespace

redis_set::redis_set(const settings& chosen, std::string key)
    : chosen_(chosen), where_(usable_url(chosen.redis)), key_(std::move(key)) {
  static_cast<void>(hiredis());
  outlive_broken_pipes();
}

std::expected<redis_set::reply_ptr, std::string> redis_set::members() {
  if (connection_ == nullptr) {
    if (auto made = connect(); !made) return std::unexpected(made.error());
  }
  const std::string_view words[] = {"SMEMBERS", key_};
  auto found = ask(words);
  if (found && (*found)->type != REDIS_REPLY_ARRAY) return std::unexpected("Redis gave something else than a set");
  return found;
}

// A set may be large: a thread of its own waits for it longer than a request would.
std::expected<void, std::string> redis_set::connect() {
  const timeval patience = to_native(chosen_.connect_timeout);
  connection_.reset(where_.path.empty() ? hiredis().redisConnectWithTimeout(where_.host.c_str(), where_.port, patience)
                                        : hiredis().redisConnectUnixWithTimeout(where_.path.c_str(), patience));
  if (connection_ == nullptr) return std::unexpected("there is no memory for a connection");
  if (connection_->err != 0) {
    std::string why = connection_->errstr;
    connection_.reset();
    return std::unexpected(std::move(why));
  }
  hiredis().redisSetTimeout(connection_.get(), patience);
  std::vector<std::vector<std::string_view>> introductions;
  if (!chosen_.password.empty()) {
    introductions.push_back({"AUTH"});
    if (!chosen_.user.empty()) introductions.back().push_back(chosen_.user);
    introductions.back().push_back(chosen_.password);
  }
  const std::string database = std::to_string(where_.database);
  if (where_.database != 0) introductions.push_back({"SELECT", database});
  for (const std::vector<std::string_view>& each : introductions) {
    if (auto accepted = ask(each); !accepted) return std::unexpected(accepted.error());
  }
  return {};
}

std::expected<redis_set::reply_ptr, std::string> redis_set::ask(std::span<const std::string_view> words) {
  std::vector<const char*> texts;
  std::vector<std::size_t> sizes;
  for (const std::string_view each : words) {
    texts.push_back(each.data());
    sizes.push_back(each.size());
  }
  void* const given =
      hiredis().redisCommandArgv(connection_.get(), static_cast<int>(words.size()), texts.data(), sizes.data());
  reply_ptr reply(static_cast<redisReply*>(given), [](redisReply* owned) { hiredis().freeReplyObject(owned); });
  if (reply != nullptr && reply->type != REDIS_REPLY_ERROR) return reply;
  std::string why = reply == nullptr ? connection_->errstr : std::string(reply->str, reply->len);
  connection_.reset();
  return std::unexpected(std::move(why));
}

}  // namespace candela::store
