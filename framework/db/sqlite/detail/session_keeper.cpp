#include <algorithm>
#include <candela/db/sqlite/detail/driver.hpp>
#include <candela/db/sqlite/detail/session_keeper.hpp>
#include <utility>

namespace candela::db::sqlite {

bool session_keeper::acquire(session_request& wish) {
  if (home_.closed()) {
    wish.failure.emplace(errc::closed);
    return false;
  }
  if (waiting_ >= home_.chosen().queue_limit) {
    wish.failure = error::overloaded(home_.chosen().retry_after);
    home_.figures().count(errc::overloaded);
    return false;
  }
  if (!wish.reads_only || home_.file().in_memory()) {
    wait(wish, for_writing_);
    claim(wish);
    return true;
  }
  if (session* granted = free_reader()) {
    grant(wish, *granted);
    return false;
  }
  wait(wish, for_reading_);
  return true;
}

session* session_keeper::free_reader() {
  if (!free_readers_.empty()) {
    session* free = free_readers_.back();
    free_readers_.pop_back();
    return free;
  }
  if (readers_ == home_.chosen().sessions) return nullptr;
  ++readers_;
  return all_.emplace_back(std::make_unique<session>(home_, *this, access::reader)).get();
}

session& session_keeper::free_writer() {
  if (free_writers_.empty()) return *all_.emplace_back(std::make_unique<session>(home_, *this, access::writer));
  session& free = *free_writers_.back();
  free_writers_.pop_back();
  return free;
}

void session_keeper::wait(session_request& wish, wishes& among) {
  const auto latest = home_.worker().time().steady() + home_.chosen().query_timeout;
  wish.deadline = std::min(wish.deadline, latest);
  among.push_back(wish);
  ++waiting_;
  home_.look_at(wish.deadline);
}

void session_keeper::claim(session_request& wish) {
  session& with = free_writer();
  std::unique_ptr<batch> claim = home_.make_batch(batch::kind::claim);
  claim->who = &with;
  with.wish = &wish;
  with.claim = claim.get();
  home_.send(std::move(claim));
}

void session_keeper::grant(session_request& wish, session& granted) noexcept {
  granted.begin();
  ++in_use_;
  wish.granted = &granted;
}

// A claim that was made for it lets the writer go on to the next one.
void session_keeper::forget(session_request& wish) noexcept {
  wishes::remove(wish);
  --waiting_;
  const auto claimed = std::ranges::find(all_, &wish, [](const auto& each) { return each->wish; });
  if (claimed == all_.end()) return;
  (*claimed)->wish = nullptr;
  raise_flag((*claimed)->claim->abandoned);
}

void session_keeper::withdraw(session_request& wish) noexcept {
  forget(wish);
  home_.figures().count(errc::cancelled);
}

void session_keeper::fail_all(wishes& those, errc why) noexcept {
  while (session_request* one = those.front()) {
    forget(*one);
    one->failure.emplace(why);
    home_.figures().count(why);
    one->on_done(*one);
  }
}

void session_keeper::release(session& used, bool altered) {
  --in_use_;
  used.give_back(altered);
  if (!used.under_way()) put_away(used);
}

// What its user left open is ended by its thread; a writer is always waited for by somebody else.
void session_keeper::put_away(session& ended) {
  if (ended.is_clean()) return make_free(ended);
  std::unique_ptr<batch> release = home_.make_batch(batch::kind::release);
  release->who = &ended;
  release->on = ended.own_runner();
  release->altered = ended.is_altered();
  home_.send(std::move(release));
}

void session_keeper::make_free(session& ended) {
  if (ended.how() == access::writer) return free_writers_.push_back(&ended);
  session_request* next = for_reading_.front();
  if (next == nullptr) return free_readers_.push_back(&ended);
  forget(*next);
  grant(*next, ended);
  next->on_done(*next);
}

void session_keeper::send_soon(session& from) {
  soon_.push_back(&from);
  home_.send_soon();
}

void session_keeper::collect(std::vector<std::unique_ptr<batch>>& into) {
  for (session* each : soon_) {
    if (std::unique_ptr<batch> open = each->take_open()) into.push_back(std::move(open));
  }
  soon_.clear();
}

void session_keeper::come_home(batch& done) {
  session& who = *done.who;
  if (done.what == batch::kind::claim) return claim_came_home(who, done.ran);
  if (done.what == batch::kind::release) return make_free(who);
  who.come_home(done);
  if (who.has_open()) {
    send_soon(who);
  } else if (who.is_given_back()) {
    put_away(who);
  }
}

void session_keeper::claim_came_home(session& claimed, bool ran) {
  claimed.claim = nullptr;
  if (session_request* wish = std::exchange(claimed.wish, nullptr)) {
    wishes::remove(*wish);
    --waiting_;
    if (ran) {
      grant(*wish, claimed);
    } else {
      wish->failure.emplace(errc::closed);
    }
    wish->on_done(*wish);
  } else if (ran) {
    put_away(claimed);
    return;
  }
  if (!ran) make_free(claimed);
}

std::chrono::steady_clock::time_point session_keeper::end_late(std::chrono::steady_clock::time_point now) {
  wishes late;
  auto next = std::chrono::steady_clock::time_point::max();
  for (wishes* each : {&for_reading_, &for_writing_}) {
    each->move_if(late, [&](const session_request& wish) { return wish.deadline <= now; });
    each->for_each([&](const session_request& wish) { next = std::min(next, wish.deadline); });
  }
  fail_all(late, errc::timed_out);
  return next;
}

void session_keeper::close() noexcept {
  fail_all(for_reading_, errc::closed);
  fail_all(for_writing_, errc::closed);
  for (const auto& each : all_) each->end();
}

}  // namespace candela::db::sqlite
