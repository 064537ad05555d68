#include <candela/db/statement.hpp>

namespace candela::db {

std::uint32_t statement::assign_number() const noexcept {
  static constinit std::atomic<std::uint32_t> last{0};
  std::uint32_t none = 0;
  const std::uint32_t fresh = last.fetch_add(1, std::memory_order_relaxed) + 1;
  // Of two threads that use it first at the same time, one number is lost; that harms nobody.
  return number_.compare_exchange_strong(none, fresh, std::memory_order_relaxed) ? fresh : none;
}

}  // namespace candela::db
