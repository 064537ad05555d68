#include <candela/db/sqlite/detail/driver.hpp>
#include <candela/db/sqlite/detail/session.hpp>
#include <utility>

namespace candela::db::sqlite {

session::session(driver& home, session_keeper& keeper, access how) : home_(home), keeper_(keeper), how_(how) {
  if (how == access::reader) own_ = std::make_unique<runner>(home.file(), access::reader);
}

bool session::put(operation& asked, bool goes_on) {
  if (!usable_) {
    asked.fail(error(errc::connection_lost, "the session was ended"));
    return false;
  }
  std::unique_ptr<batch> target = open_ ? std::move(open_) : home_.make_batch(batch::kind::session);
  target->who = this;
  target->on = own_.get();
  const bool taken = home_.put(asked, *target, goes_on);
  if (target->items.empty()) return false;
  open_ = std::move(target);
  if (taken && !under_way_) keeper_.send_soon(*this);
  return taken;
}

// One that is not under way is a stream between two chunks.
void session::detach(operation& asked) noexcept {
  usable_ = false;
  home_.detach(asked);
}

void session::begin() noexcept {
  usable_ = true;
  lost_ = false;
  left_open_ = false;
  altered_ = false;
  given_back_ = false;
}

void session::give_back(bool altered) noexcept {
  usable_ = false;
  given_back_ = true;
  altered_ = altered;
}

std::unique_ptr<batch> session::take_open() noexcept {
  if (under_way_ || !open_) return nullptr;
  under_way_ = true;
  return std::move(open_);
}

void session::come_home(const batch& done) noexcept {
  under_way_ = false;
  lost_ = done.lost;
  left_open_ = done.left_open || !done.ran;
}

}  // namespace candela::db::sqlite
