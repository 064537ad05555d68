#include <array>
#include <candela/command/detail/action.hpp>
#include <candela/command/detail/moments.hpp>
#include <candela/config/error.hpp>
#include <candela/config/node.hpp>
#include <ctime>

namespace candela::command {

namespace {

using std::chrono::seconds;

struct unit {
  seconds length;
  const char* name;
};
constexpr std::array<unit, 4> units{{{std::chrono::days(1), "day"},
                                     {std::chrono::hours(1), "hour"},
                                     {std::chrono::minutes(1), "minute"},
                                     {seconds(1), "second"}}};

std::string length_text(seconds length) {
  for (const unit& each : units) {
    if (length < each.length * 2 && each.length != seconds(1)) continue;
    const auto count = length / each.length;
    return std::to_string(count) + ' ' + each.name + (count == 1 ? "" : "s");
  }
  return {};
}

}  // namespace

std::string moment_text(jose::token_time moment, jose::token_time now) {
  const std::time_t second = std::chrono::floor<seconds>(moment).time_since_epoch().count();
  std::tm parts{};
  gmtime_r(&second, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  const auto away = std::chrono::duration_cast<seconds>(moment > now ? moment - now : now - moment);
  return std::string(text.data()) + ", " + (moment > now ? "in " : "") + length_text(away) +
         (moment > now ? "" : " ago");
}

seconds duration_of(const std::string& text) {
  try {
    return std::chrono::duration_cast<seconds>(config::node(text).as_duration());
  } catch (const config::error&) {
    throw misuse("\"" + text + "\" is no duration: 30s, 5m, 1h, 2d");
  }
}

jose::token_time present() { return std::chrono::floor<jose::token_time::duration>(std::chrono::system_clock::now()); }

}  // namespace candela::command
