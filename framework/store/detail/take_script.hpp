// Private to the room: several limits taken in one atomic step of a Redis server, by its clock.
#pragma once

#include <array>
#include <candela/store/detail/hiredis.hpp>
#include <candela/store/error.hpp>
#include <candela/store/limit.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace candela::store {

/// The script: the keys are the limits' keys; four arguments for each are its kind, how many uses may come at once, the
/// window and the interval in microseconds. It answers whether all were taken, then three numbers for each limit: what
/// is left, and in microseconds the time to its reset and to the next try.
[[nodiscard]] std::string_view take_script() noexcept;

/// The command that runs it, word by word. Reused, so that a question allocates little.
class take_command {
 public:
  /// `EVALSHA DIGEST ...`, or `EVAL SCRIPT ...` with the script itself. The words are valid until the next call.
  [[nodiscard]] std::span<const std::string_view> write(std::string_view verb, std::string_view script,
                                                        std::string_view prefix, std::span<const limit_use> uses);

 private:
  static constexpr std::size_t most_words = 3 + max_limits * 5;
  std::array<std::string, most_words> texts_;
  std::array<std::string_view, most_words> words_;
};

/// What the script answered; `refused` for anything else.
[[nodiscard]] answer read_taken(const redisReply& reply, std::span<limit_state> states) noexcept;

}  // namespace candela::store
