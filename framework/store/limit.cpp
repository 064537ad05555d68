#include <candela/store/limit.hpp>
#include <stdexcept>

namespace candela::store {

namespace {

constexpr std::uint32_t most_windows_at_once = 1'000;
constexpr int moments = 15;

std::chrono::nanoseconds part_of(std::chrono::nanoseconds window, std::int64_t parts) {
  // Up, so that no window gets more than it may.
  return std::chrono::nanoseconds((window.count() + parts - 1) / parts);
}

}  // namespace

limit::limit(limit_kind kind, std::uint32_t uses, std::chrono::nanoseconds window, std::uint32_t burst)
    : window_(window), interval_(0), uses_(uses), burst_(burst), kind_(kind) {
  if (uses < 1 || uses > max_uses || burst < 1 || burst > max_uses) {
    throw std::invalid_argument("a limit has 1 to 1000000000 uses");
  }
  if (burst / uses > most_windows_at_once)
    throw std::invalid_argument("a burst holds at most a thousand windows' uses");
  if (window < min_window || window > max_window)
    throw std::invalid_argument("a limit's window is a millisecond to 31 days");
  if (window.count() < uses) throw std::invalid_argument("a limit's window has at most one use a nanosecond");
  interval_ = part_of(window, kind == limit_kind::token_bucket ? std::int64_t{uses} : moments);
  per_nanosecond_ = 1 / static_cast<double>(interval_.count());
}

limit limit::token_bucket(std::uint32_t uses, std::chrono::nanoseconds window, std::uint32_t burst) {
  return {limit_kind::token_bucket, uses, window, burst};
}

limit limit::sliding_window(std::uint32_t uses, std::chrono::nanoseconds window) {
  return {limit_kind::sliding_window, uses, window, uses};
}

}  // namespace candela::store
