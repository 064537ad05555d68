// Private to the room: the members of a set on a Redis server, asked for by a thread that may wait.
#pragma once

#include <candela/store/detail/hiredis.hpp>
#include <candela/store/redis_url.hpp>
#include <candela/store/settings.hpp>
#include <expected>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace candela::store {

/// Keeps its connection from one question to the next. One thread.
class redis_set {
 public:
  using reply_ptr = std::unique_ptr<redisReply, void (*)(redisReply*)>;

  /// Throws `std::invalid_argument` for a URL or library that cannot be used.
  redis_set(const settings& chosen, std::string key);

  /// Its members, an array of strings. The error is a sentence.
  [[nodiscard]] std::expected<reply_ptr, std::string> members();

 private:
  struct closer {
    void operator()(redisContext* context) const noexcept { hiredis().redisFree(context); }
  };

  [[nodiscard]] std::expected<void, std::string> connect();
  [[nodiscard]] std::expected<reply_ptr, std::string> ask(std::span<const std::string_view> words);

  settings chosen_;
  redis_url where_;
  std::string key_;
  std::unique_ptr<redisContext, closer> connection_;
};

}  // namespace candela::store
