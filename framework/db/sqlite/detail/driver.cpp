#include <algorithm>
#include <candela/db/sqlite/detail/driver.hpp>
#include <candela/db/sqlite/detail/phrases.hpp>
#include <utility>

namespace candela::db::sqlite {

namespace {

batch& batch_of(const operation& asked) noexcept {
  return *reinterpret_cast<batch*>(static_cast<std::uintptr_t>(asked.ticket));
}

}  // namespace

driver::late_timer::late_timer(net::timer_wheel& wheel, driver& whose)
    : net::timer(wheel, [](net::timer& fired) { static_cast<late_timer&>(fired).owner.end_late(); }), owner(whose) {}

driver::driver(net::worker& worker, pool& threads, const settings& chosen, metrics::registry* metrics)
    : worker_(worker),
      pool_(threads),
      settings_(chosen),
      metrics_(metrics, worker.index()),
      link_(std::make_shared<driver_link>(worker.loop(), *this)),
      timer_(worker.timers(), *this),
      sessions_(*this) {}

driver::~driver() {
  close();
  worker_.unmark_dirty(*this);
  link_->cut();
  pool_.forget(*link_);
}

bool driver::submit(operation& asked) {
  const bool reads = asked.what != nullptr && asked.what->reads_only();
  std::unique_ptr<batch>& target = reads ? reads_ : writes_;
  // A slow one, or a large one, goes alone: the others' answers would wait for its end.
  const bool alone = is_slow(asked) || (reads && asked.repeat >= reads_of_a_batch);
  if (alone && target && !target->items.empty()) full_.push_back(std::move(target));
  if (!target) target = make_batch(reads ? batch::kind::reads : batch::kind::writes);
  if (!put(asked, *target, false)) return false;
  if (alone || (reads && target->weight >= reads_of_a_batch)) full_.push_back(std::move(target));
  send_soon();
  return true;
}

bool driver::is_slow(const operation& asked) const noexcept {
  const std::uint32_t number = asked.what != nullptr ? asked.what->number() : 0;
  return number < slow_.size() && slow_[number];
}

void driver::note_speed(const item& one) {
  if (one.what == nullptr) return;
  const std::uint32_t number = one.what->number();
  if (slow_.size() <= number) slow_.resize(number + std::size_t{1});
  slow_[number] = one.slow;
}

std::unique_ptr<batch> driver::make_batch(batch::kind what) {
  std::unique_ptr<batch> made;
  if (spare_.empty()) {
    made = std::make_unique<batch>();
    made->home = link_;
  } else {
    made = std::move(spare_.back());
    spare_.pop_back();
  }
  made->what = what;
  return made;
}

bool driver::put(operation& asked, batch& target, bool goes_on) {
  std::optional<error> refused;
  const std::size_t before = target.bytes();
  // A session has few bytes at a time, and should come to its end.
  const bool full = bytes_ >= settings_.queue_bytes && target.what != batch::kind::session;
  if (closed_) {
    refused.emplace(errc::closed);
  } else if (queries_ >= settings_.queue_limit || full) {
    refused = error::overloaded(settings_.retry_after);
  } else if (asked.what == nullptr && target.what != batch::kind::session) {
    refused.emplace(errc::unsupported, "a script needs a session");
  } else {
    refused = target.add(asked, goes_on);
  }
  if (refused) {
    metrics_.count(refused->code());
    asked.fail(std::move(*refused));
    return false;
  }
  asked.ticket = reinterpret_cast<std::uintptr_t>(&target);
  asked.position = static_cast<std::uint32_t>(target.items.size() - 1);
  asked.submitted_at = worker_.time().steady();
  asked.more = false;
  asked_.push_back(asked);
  queries_ += asked.repeat;
  const std::size_t added = target.bytes() - before;
  target.held += added;
  bytes_ += added;
  look_at(end_of(asked));
  return true;
}

std::chrono::steady_clock::time_point driver::end_of(const operation& asked) const noexcept {
  return std::min(asked.deadline, asked.submitted_at + settings_.query_timeout);
}

void driver::send(std::unique_ptr<batch> full) {
  full_.push_back(std::move(full));
  send_soon();
}

void driver::flush() {
  sessions_.collect(full_);
  for (std::unique_ptr<batch>* each : {&reads_, &writes_}) {
    if (*each && !(*each)->items.empty()) full_.push_back(std::move(*each));
  }
  pool_.hand_over(full_);
  full_.clear();
  show_usage();
}

void driver::come_home(std::unique_ptr<batch> done) {
  bytes_ -= done->held;
  if (done->who != nullptr) sessions_.come_home(*done);
  deliver(*done);
  recycle(std::move(done));
  show_usage();
}

void driver::recycle(std::unique_ptr<batch> done) {
  if (spare_.size() == spare_batches) return;
  done->clear();
  spare_.push_back(std::move(done));
}

// By index: while one is told, others of the batch may be detached.
void driver::deliver(batch& done) {
  for (item& one : done.items) {
    if (!done.ran) one.fail(error(errc::closed));
    note_speed(one);
    if (one.asked != nullptr) deliver_one(done, one);
  }
}

void driver::deliver_one(batch& done, item& one) {
  operation& to = *std::exchange(one.asked, nullptr);
  if (one.what != nullptr) to.columns = descriptions_.find(to.what->number(), one.columns);
  if (to.columns != nullptr && to.on_row != nullptr) give_rows(done, one, to);
  to.affected += one.affected;
  to.more = one.more;
  if (one.failure) to.fail(std::move(*one.failure));
  end(to);
  to.on_done(to);
}

void driver::give_rows(const batch& done, const item& one, operation& to) {
  cells_.resize(to.columns->size());
  for (std::size_t at = one.rows_begin; at < one.rows_end;) {
    std::uint32_t index = 0;
    at = done.rows.read(at, index, cells_);
    to.on_row(to, index, cells_.data());
  }
}

void driver::end(operation& ended) noexcept {
  ring<operation>::remove(ended);
  ended.ticket = 0;
  queries_ -= ended.repeat;
  metrics_.record(ended, worker_.time().steady());
}

// What a thread does for it is interrupted; what waits is left out.
void driver::abandon(operation& ended) noexcept {
  batch& target = batch_of(ended);
  item& one = target.items[ended.position];
  one.asked = nullptr;
  raise_flag(one.abandoned);
  if (target.who != nullptr) target.who->end();
  end(ended);
}

void driver::detach(operation& asked) noexcept {
  if (asked.ticket == 0) return;
  abandon(asked);
  metrics_.count(errc::cancelled);
}

void driver::end_all(ring<operation>& ended, errc why) noexcept {
  while (operation* one = ended.front()) {
    one->fail(error(why));
    abandon(*one);
    one->on_done(*one);
  }
}

void driver::look_at(std::chrono::steady_clock::time_point deadline) {
  if (!timer_.armed() || deadline < timer_.deadline()) timer_.arm(deadline);
}

void driver::end_late() {
  const auto now = worker_.time().steady();
  ring<operation> late;
  asked_.move_if(late, [&](const operation& each) { return end_of(each) <= now; });
  auto next = sessions_.end_late(now);
  asked_.for_each([&](const operation& each) { next = std::min(next, end_of(each)); });
  if (next != std::chrono::steady_clock::time_point::max()) look_at(next);
  end_all(late, errc::timed_out);
}

void driver::release(db::session& used, bool altered) noexcept {
  sessions_.release(static_cast<session&>(used), altered);
}

const statement& driver::begin_statement(const transaction_options& options) const noexcept {
  return options.read_only ? phrases::begin_reading : phrases::begin_writing;
}

void driver::close() noexcept {
  if (closed_) return;
  closed_ = true;
  end_all(asked_, errc::closed);
  sessions_.close();
}

driver_usage driver::usage() const noexcept {
  return {pool_.file().connections->load(std::memory_order_relaxed), sessions_.in_use(), queries_, sessions_.waiting()};
}

void driver::show_usage() noexcept {
  metrics_.sessions->set(static_cast<std::int64_t>(sessions_.in_use()));
  metrics_.in_flight->set(static_cast<std::int64_t>(queries_));
  metrics_.queued->set(static_cast<std::int64_t>(sessions_.waiting()));
}

}  // namespace candela::db::sqlite
