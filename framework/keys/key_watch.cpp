#include <algorithm>
#include <candela/keys/key_watch.hpp>
#include <utility>

namespace candela::keys {

namespace {

using namespace std::chrono_literals;

constexpr std::chrono::nanoseconds for_ever = std::chrono::nanoseconds::max();
const key_snapshot_ptr no_keys;

std::chrono::nanoseconds stale_limit_of(const key_source_options& options) {
  return options.remote() ? std::chrono::nanoseconds(options.stale_limit) : for_ever;
}

}  // namespace

key_watch::key_watch(std::shared_ptr<key_source> source, net::worker& owner)
    : source_(std::move(source)),
      worker_(owner),
      stale_limit_(stale_limit_of(source_->options())),
      alive_(std::make_shared<key_watch*>(this)),
      timer_(owner.timers(), [](net::timer& fired) { static_cast<look_timer&>(fired).owner.look_and_arm(); }, *this) {
  // The look ends on another thread, perhaps after this watch or even its loop.
  subscription_ =
      std::make_shared<key_source::told>([posting = owner.loop().posting(), alive = alive_](const key_news& news) {
        posting->post([alive, news] {
          if (*alive != nullptr) (*alive)->take(news);
        });
      });
  source_->subscribe(subscription_);
  news_ = source_->news();
  look_and_arm();
}

key_watch::~key_watch() { *alive_ = nullptr; }

void key_watch::look_and_arm() {
  const clock::steady_time now = worker_.time().steady();
  source_->look_if_due(now, worker_.loop());
  // Until news come, in case they never do.
  timer_.arm(std::max(news_.next_look, now + 1s));
}

// Called by the loop alone: whoever goes on is in the middle of nobody else's request.
void key_watch::take(const key_news& news) {
  static_cast<void>(adopt(news));
  tell_waiting(news.change);
}

// False for what is known already: threads may post in another order than they looked in.
bool key_watch::adopt(const key_news& news) {
  if (news.change <= news_.change) return false;
  news_ = news;
  timer_.arm(std::max(news_.next_look, worker_.time().steady()));
  return true;
}

// The first has waited for longest. Whoever goes on may begin to wait anew, for a later change, or be the last who
// needs this watch.
void key_watch::tell_waiting(std::uint64_t change) {
  const std::shared_ptr<key_watch*> alive = alive_;
  while (*alive != nullptr && first_ != nullptr && first_->since_ < change) first_->go_on(newer_keys::told);
}

// What is on its way to this worker already need not be looked for. Those who wait are told when it arrives.
bool key_watch::catch_up() {
  const key_snapshot_ptr before = current();
  return adopt(source_->news()) && current() != nullptr && current() != before;
}

bool key_watch::confirmed_in_time() const noexcept {
  return stale_limit_ == for_ever || worker_.time().steady() - news_.confirmed <= stale_limit_;
}

const key_snapshot_ptr& key_watch::current() const noexcept {
  return news_.snapshot != nullptr && confirmed_in_time() ? news_.snapshot : no_keys;
}

bool newer_keys_awaiter::await_ready() {
  if (token_.cancelled()) {
    outcome_ = newer_keys::cancelled;
  } else if (watch_.waiting_ == key_watch::max_waiting) {
    outcome_ = newer_keys::crowded;
  } else if (watch_.catch_up()) {
    outcome_ = newer_keys::told;
  } else if (!watch_.look_for_more()) {
    outcome_ = newer_keys::cooling;
  } else {
    return false;
  }
  return true;
}

// News are posted to the loop, so they do not come before the caller has unwound to it.
void newer_keys_awaiter::await_suspend(std::coroutine_handle<> suspended) noexcept {
  suspended_ = suspended;
  waits_ = true;
  since_ = watch_.news_.change;
  previous_ = watch_.last_;
  (previous_ == nullptr ? watch_.first_ : previous_->next_) = this;
  watch_.last_ = this;
  ++watch_.waiting_;
  const auto cancel = [](void* self) noexcept { static_cast<newer_keys_awaiter*>(self)->go_on(newer_keys::cancelled); };
  static_cast<void>(registration_.arm(token_, cancel, this));
}

void newer_keys_awaiter::leave() noexcept {
  if (!std::exchange(waits_, false)) return;
  (previous_ == nullptr ? watch_.first_ : previous_->next_) = next_;
  (next_ == nullptr ? watch_.last_ : next_->previous_) = previous_;
  --watch_.waiting_;
  registration_.disarm();
}

void newer_keys_awaiter::go_on(newer_keys outcome) noexcept {
  leave();
  outcome_ = outcome;
  suspended_.resume();
}

}  // namespace candela::keys
