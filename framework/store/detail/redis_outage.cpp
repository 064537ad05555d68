#include <candela/core/log.hpp>
#include <candela/store/detail/redis_outage.hpp>
#include <utility>

namespace candela::store {

void redis_outage::part::begin(reason what, std::string_view why) noexcept {
  const std::scoped_lock held(whole_.lock_);
  if (!std::exchange(away_, true)) ++whole_.parts_away_;
  if (std::exchange(whole_.told_[static_cast<std::size_t>(what)], true)) return;
  log::warn(what == reason::unreachable ? "Redis cannot be reached" : "Redis refuses this service",
            log::field("why", why));
}

void redis_outage::part::finish(bool answers) noexcept {
  const std::scoped_lock held(whole_.lock_);
  away_ = false;
  if (--whole_.parts_away_ != 0) return;
  whole_.told_ = {};
  if (answers) log::info("Redis answers again");
}

}  // namespace candela::store
