#include <algorithm>
#include <candela/db/postgres/detail/session_pool.hpp>

namespace candela::db::postgres {

using std::chrono::steady_clock;

namespace {

constexpr statement discard_all{"DISCARD ALL"};
constexpr statement nothing_much{"SELECT 1"};

}  // namespace

// --- a session

pooled_session::pooled_session(session_pool& pool) noexcept : pool_(pool) {}

bool pooled_session::refuse(operation& asked) const {
  if (usable()) return false;
  asked.fail(error(errc::connection_lost, "the connection of the transaction or stream has ended"));
  return true;
}

void pooled_session::prepare(operation& asked) const {
  const link_host& host = pool_.host();
  const auto now = pool_.host().worker.time().steady();
  asked.submitted_at = now;
  // Whoever names an end of his own may mean a later one: a migration, a report.
  if (asked.deadline == steady_clock::time_point::max()) asked.deadline = now + host.options.query_timeout;
}

bool pooled_session::submit(operation& asked) {
  if (refuse(asked)) return false;
  prepare(asked);
  return link_->send(asked);
}

bool pooled_session::await_notification(notification_request& wish) {
  if (usable()) return link_->await_notification(wish);
  wish.failure.emplace(errc::connection_lost, "the connection that listened has ended");
  return false;
}

bool pooled_session::go_on(operation& stream) {
  if (refuse(stream)) return false;
  prepare(stream);
  return link_->go_on(stream);
}

// --- the pool

session_pool::session_pool(link_host& host, connector& opener, scope& tasks)
    : host_(host),
      connector_(opener),
      tasks_(tasks),
      timer_(
          host.worker.timers(), [](net::timer& fired) { static_cast<pool_timer&>(fired).owner.on_timer(); }, *this) {}

session_pool::~session_pool() = default;

bool session_pool::acquire(session_request& wish) {
  if (closed_) {
    wish.failure.emplace(errc::closed);
    return false;
  }
  if (pooled_session* free = wishes_.empty() ? find_free() : nullptr) {
    grant(*free, wish);
    return false;
  }
  if (waiting_ >= host_.options.queue_limit) {
    wish.failure.emplace(error::overloaded(host_.options.retry_after));
    host_.figures.count(errc::overloaded);
    return false;
  }
  wish.deadline = std::min(wish.deadline, host_.worker.time().steady() + host_.options.query_timeout);
  wishes_.push(wish);
  ++waiting_;
  publish();
  arm();
  // An attempt to connect can fail at once, which must not be told within this call.
  timer_.arm(host_.worker.time().steady());
  return true;
}

void session_pool::withdraw(session_request& wish) noexcept {
  wishes_.remove(wish);
  --waiting_;
  publish();
}

void session_pool::end_wish(session_request& wish) noexcept {
  withdraw(wish);
  wish.on_done(wish);
}

void session_pool::grant(pooled_session& free, session_request& to) noexcept {
  free.in_use_ = true;
  ++in_use_;
  to.granted = &free;
  publish();
}

pooled_session* session_pool::find_free() noexcept {
  const auto found = std::ranges::find_if(sessions_, [](const auto& each) { return !each->in_use_ && each->usable(); });
  return found == sessions_.end() ? nullptr : found->get();
}

pooled_session* session_pool::find(const link& of) noexcept {
  const auto found = std::ranges::find_if(sessions_, [&](const auto& each) { return each->link_.get() == &of; });
  return found == sessions_.end() ? nullptr : found->get();
}

// Gives free sessions to those who wait, and opens as many as are missing.
void session_pool::serve_waiting() noexcept {
  while (!wishes_.empty()) {
    pooled_session* free = find_free();
    if (free == nullptr) break;
    session_request& wish = *wishes_.first();
    grant(*free, wish);
    end_wish(wish);
  }
  const std::size_t room = host_.options.sessions - std::min<std::size_t>(host_.options.sessions, sessions_.size());
  while (!closed_ && opening_ < std::min(room, waiting_)) {
    ++opening_;
    tasks_.spawn(open_one());
  }
}

task<void> session_pool::open_one() {
  auto opened = co_await connector_.open(purpose::exclusive, tasks_.token());
  --opening_;
  if (closed_) co_return;
  if (!opened) {
    host_.figures.connects_failed->add();
    // With none at all they would wait in vain; whoever comes next tries again.
    if (std::ranges::none_of(sessions_, [](const auto& each) { return each->usable(); })) fail_waiting(opened.error());
    co_return;
  }
  auto made = std::make_unique<pooled_session>(*this);
  made->link_ = std::move(*opened);
  made->link_->set_exclusive();
  made->idle_since_ = host_.worker.time().steady();
  sessions_.push_back(std::move(made));
  publish();
  arm();
  serve_waiting();
}

void session_pool::fail_waiting(const error& why) noexcept {
  // Those who come meanwhile have an attempt of their own.
  for (std::size_t count = waiting_; count != 0 && !wishes_.empty(); --count) {
    session_request& wish = *wishes_.first();
    wish.failure.emplace(why);
    end_wish(wish);
  }
}

void session_pool::release(session& used, bool altered) noexcept {
  auto& back = static_cast<pooled_session&>(used);
  --in_use_;
  publish();
  if (closed_ || !back.usable()) return discard(back);
  if (back.link_->is_suspended()) back.link_->end_stream();
  // What was given up still has to end.
  if (back.link_->is_unattended()) return mend(back, altered ? discard_all : nothing_much);
  // A transaction that is still open was left in haste.
  if (!back.link_->is_idle()) return discard(back);
  if (altered) return mend(back, discard_all);
  give_back(back);
}

void session_pool::give_back(pooled_session& free) noexcept {
  free.in_use_ = false;
  free.idle_since_ = host_.worker.time().steady();
  arm();
  serve_waiting();
}

void session_pool::mend(pooled_session& used, const statement& how) {
  used.mending_ = std::make_unique<pooled_session::mending>(used);
  operation& ask = *used.mending_;
  ask.what = &how;
  ask.on_done = [](operation& self) noexcept {
    pooled_session& owner = static_cast<pooled_session::mending&>(self).owner;
    owner.pool_.mended(owner);
  };
  if (!used.submit(ask)) discard(used);
}

void session_pool::mended(pooled_session& used) noexcept {
  const bool failed = used.mending_->failure.has_value();
  const bool forgotten = used.mending_->what == &discard_all;
  if (failed || closed_ || !used.usable() || !used.link_->is_idle()) return discard(used);
  if (forgotten) used.link_->forget_session();
  give_back(used);
}

// Out of the list at once, out of memory when nothing of its can be on the stack.
void session_pool::discard(pooled_session& left) noexcept {
  const auto found = std::ranges::find(sessions_, &left, &std::unique_ptr<pooled_session>::get);
  if (found == sessions_.end()) return;
  discarded_.push_back(std::move(*found));
  sessions_.erase(found);
  publish();
  if (left.link_ != nullptr) left.link_->close(error(errc::closed));
  if (!closed_) {
    timer_.arm(host_.worker.time().steady());
    serve_waiting();
  }
}

void session_pool::on_lost(link& lost) noexcept {
  pooled_session* session = find(lost);
  // Whoever has it finds out, and releases it.
  if (session != nullptr && !session->in_use_) discard(*session);
}

void session_pool::on_abandoned(link& left) {
  pooled_session* session = find(left);
  if (session != nullptr) session->abandoned_ = true;
  left.cancel_on_server();
  left.close(error(errc::cancelled, "a query before this one was given up"));
}

void session_pool::close() noexcept {
  closed_ = true;
  fail_waiting(error(errc::closed));
  // Each that nobody has leaves the list as it ends.
  std::vector<std::shared_ptr<link>> links;
  for (const auto& each : sessions_) links.push_back(each->link_);
  for (const auto& each : links) each->close(error(errc::closed));
  publish();
}

void session_pool::publish() noexcept {
  host_.figures.sessions->set(static_cast<std::int64_t>(in_use_));
  host_.publish();
}

void session_pool::arm() {
  auto next = steady_clock::time_point::max();
  for (const session_request* wish = wishes_.first(); wish != nullptr; wish = wish->next) {
    next = std::min(next, wish->deadline);
  }
  for (const auto& each : sessions_) {
    if (!each->in_use_) next = std::min(next, each->idle_since_ + host_.options.session_idle);
  }
  if (next != steady_clock::time_point::max() && (!timer_.armed() || next < timer_.deadline())) timer_.arm(next);
}

void session_pool::on_timer() {
  discarded_.clear();
  const auto now = host_.worker.time().steady();
  expire_wishes(now);
  close_idle(now);
  serve_waiting();
  arm();
}

void session_pool::expire_wishes(steady_clock::time_point now) {
  for (session_request* wish = wishes_.first(); wish != nullptr;) {
    session_request& looked_at = *wish;
    wish = wish->next;
    if (looked_at.deadline > now) continue;
    looked_at.failure.emplace(errc::timed_out, "every connection of the pool was in use");
    end_wish(looked_at);
    wish = wishes_.first();
  }
}

void session_pool::close_idle(steady_clock::time_point now) {
  for (std::size_t i = sessions_.size(); i-- != 0;) {
    pooled_session& each = *sessions_[i];
    if (!each.in_use_ && each.idle_since_ + host_.options.session_idle <= now) discard(each);
  }
}

}  // namespace candela::db::postgres
