#include <candela/store/detail/take_script.hpp>

#include <algorithm>
#include <cstdio>

namespace candela::store {

namespace {

// The same counting as token_bucket and sliding_window do. Times are microseconds since 2023: a double holds them to a
// hundredth. Numbers are kept by cmsgpack, since Lua's own texts have fourteen digits.
constexpr std::string_view script = R"lua(
local clock = redis.call('TIME')
local now = (clock[1] - 1700000000) * 1000000 + clock[2]

local function bucket(saved, uses, window, interval)
  local missing = math.max((saved and saved[1] or 0) - now, 0)
  local tokens = math.floor((interval * uses - missing) / interval + 0.000001)
  if tokens < 1 then
    return false, 0, missing, math.max(missing + interval - interval * uses, 1)
  end
  missing = missing + interval
  return {now + missing}, tokens - 1, missing, 0
end

local function window_of(saved, uses, window, interval)
  local began, total, kept = 0, 0, {0}
  if saved then
    began = saved[1]
    for i = 2, #saved, 2 do
      if saved[i] > now - window then
        kept[#kept + 1], kept[#kept + 2] = saved[i], saved[i + 1]
        total = total + saved[i + 1]
      end
    end
  end
  local newest = #kept - 1
  if total >= uses then
    return false, 0, kept[newest] + window - now, math.max(kept[2] + window - now, 1)
  end
  if newest < 2 or (now >= began + interval and newest < 32) then
    newest = newest + 2
    began, kept[newest + 1] = now, 0
  end
  kept[1], kept[newest], kept[newest + 1] = began, now, kept[newest + 1] + 1
  return kept, uses - total - 1, window, 0
end

local answer, states, lives = {1}, {}, {}
for i, key in ipairs(KEYS) do
  local at = i * 4 - 3
  local uses, window, interval = tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3])
  local saved = redis.call('GET', key)
  saved = saved and cmsgpack.unpack(saved)
  local count = ARGV[at] == 'b' and bucket or window_of
  local state, left, reset, later = count(saved, uses, window, interval)
  states[i], lives[i] = state, math.ceil(reset / 1000) + 1
  if not state then answer[1] = 0 end
  answer[#answer + 1], answer[#answer + 2], answer[#answer + 3] = left, math.ceil(reset), math.ceil(later)
end
if answer[1] == 1 then
  for i, key in ipairs(KEYS) do
    redis.call('SET', key, cmsgpack.pack(states[i]), 'PX', lives[i])
  end
else
  for i = 1, #KEYS do
    if states[i] then answer[i * 3 - 1] = answer[i * 3 - 1] + 1 end
  end
end
return answer
)lua";

void write_microseconds(std::string& into, std::chrono::nanoseconds time) {
  char digits[32];
  into.assign(digits, static_cast<std::size_t>(
                          std::snprintf(digits, sizeof digits, "%.3f", static_cast<double>(time.count()) / 1000)));
}

long long number_of(const redisReply& reply, std::size_t index) noexcept {
  return std::max(reply.element[index]->integer, 0LL);
}

}  // namespace

std::string_view take_script() noexcept { return script; }

std::span<const std::string_view> take_command::write(std::string_view verb, std::string_view script_or_digest,
                                                      std::string_view prefix, std::span<const limit_use> uses) {
  texts_[2] = std::to_string(uses.size());
  std::size_t count = 3;
  for (const limit_use& use : uses) texts_[count++].assign(prefix).append("rate:").append(use.key.bytes());
  for (const limit_use& use : uses) {
    texts_[count++] = use.rule->kind() == limit_kind::token_bucket ? "b" : "w";
    texts_[count++] = std::to_string(use.rule->burst());
    write_microseconds(texts_[count++], use.rule->window());
    write_microseconds(texts_[count++], use.rule->interval());
  }
  words_[0] = verb;
  words_[1] = script_or_digest;
  for (std::size_t i = 2; i != count; ++i) words_[i] = texts_[i];
  return std::span(words_).first(count);
}

answer read_taken(const redisReply& reply, std::span<limit_state> states) noexcept {
  if (reply.type != REDIS_REPLY_ARRAY || reply.elements != 1 + 3 * states.size()) return std::unexpected(errc::refused);
  for (std::size_t i = 0; i != reply.elements; ++i) {
    if (reply.element[i]->type != REDIS_REPLY_INTEGER) return std::unexpected(errc::refused);
  }
  for (std::size_t i = 0; i != states.size(); ++i) {
    states[i] = {static_cast<std::uint32_t>(number_of(reply, 3 * i + 1)),
                 std::chrono::microseconds(number_of(reply, 3 * i + 2)),
                 std::chrono::microseconds(number_of(reply, 3 * i + 3))};
  }
  return number_of(reply, 0) == 1;
}

}  // namespace candela::store
