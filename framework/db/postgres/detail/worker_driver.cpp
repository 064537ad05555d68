#include <algorithm>
#include <candela/core/log.hpp>
#include <candela/db/postgres/detail/parameter_encoding.hpp>
#include <candela/db/postgres/detail/worker_driver.hpp>
#include <candela/net/sleep.hpp>

namespace candela::db::postgres {

using std::chrono::steady_clock;

namespace {

constexpr statement begins[2][3] = {
    {{"BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"},
     {"BEGIN ISOLATION LEVEL REPEATABLE READ READ WRITE"},
     {"BEGIN ISOLATION LEVEL SERIALIZABLE READ WRITE"}},
    {{"BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY"},
     {"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"},
     {"BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY"}},
};

std::size_t bytes_of(const operation& asked) noexcept {
  std::size_t bytes = 0;
  const std::size_t count = std::size_t{asked.width} * asked.repeat;
  for (std::size_t i = 0; i != count; ++i) bytes += encoded_bound(asked.parameters[i]);
  return bytes;
}

// A connection that ended sooner was refused in a polite way.
constexpr std::chrono::seconds good_life{1};

}  // namespace

worker_driver::worker_driver(net::worker& owner, const settings& chosen, metrics::registry* registry,
                             std::shared_ptr<const connect_plan> plan, connect_lanes& lanes)
    : link_host(owner, chosen, registry),
      connections_(figures.connections()),
      connector_(*this, std::move(plan), lanes),
      shared_(chosen.connections),
      timer_(
          owner.timers(), [](net::timer& fired) { static_cast<waiting_timer&>(fired).owner.expire_waiting(); }, *this),
      sessions_(*this, connector_, tasks_) {
  for (std::size_t i = 0; i != shared_.size(); ++i) tasks_.spawn(keep_trying(i));
}

worker_driver::~worker_driver() { close(); }

void worker_driver::close() noexcept {
  if (closed_) return;
  closed_ = true;
  // First of all, so that whoever asks anew when he is told finds it closed.
  sessions_.close();
  tasks_.cancel();
  for (shared_link& each : shared_) {
    if (const std::shared_ptr<link> open = std::exchange(each.up, nullptr)) open->close(error(errc::closed));
  }
  while (operation* asked = waiting_.first()) {
    stop_waiting(*asked);
    asked->fail(error(errc::closed));
    finish(*asked);
  }
  publish();
}

const statement& worker_driver::begin_statement(const transaction_options& wanted) const noexcept {
  return begins[wanted.read_only ? 1 : 0][static_cast<std::size_t>(wanted.level)];
}

driver_usage worker_driver::usage() const noexcept {
  const auto up = std::ranges::count_if(shared_, [](const shared_link& each) { return each.up != nullptr; });
  return {static_cast<std::size_t>(up) + sessions_.open(), sessions_.in_use(), in_flight,
          waiting_queries_ + sessions_.waiting()};
}

void worker_driver::publish() noexcept {
  const driver_usage now = usage();
  connections_.set(static_cast<std::int64_t>(now.connections));
  figures.queued->set(static_cast<std::int64_t>(now.queued));
}

// --- queries

// The least busy one; ready ones only.
link* worker_driver::pick() noexcept {
  link* chosen = nullptr;
  for (const shared_link& each : shared_) {
    if (each.up == nullptr) continue;
    if (chosen == nullptr || each.up->in_flight() < chosen->in_flight()) chosen = each.up.get();
  }
  return chosen;
}

bool worker_driver::submit(operation& asked) {
  if (closed_) {
    asked.fail(error(errc::closed));
    return false;
  }
  if (is_full()) [[unlikely]] {
    asked.fail(error::overloaded(options.retry_after));
    figures.count(errc::overloaded);
    return false;
  }
  const auto now = link_host::worker.time().steady();
  asked.submitted_at = now;
  asked.deadline = std::min(asked.deadline, now + options.query_timeout);
  link* ready = pick();
  if (ready == nullptr) [[unlikely]]
    return wait(asked);
  asked.position = 0;
  return ready->send(asked);
}

// One that is larger than all of them may be is taken when it comes alone.
bool worker_driver::is_full() const noexcept {
  std::size_t bytes = waiting_bytes_;
  for (const shared_link& each : shared_) {
    if (each.up != nullptr) bytes += each.up->unsent_bytes();
  }
  return in_flight + waiting_queries_ >= options.queue_limit || bytes >= options.queue_bytes;
}

bool worker_driver::wait(operation& asked) {
  asked.position = 1;
  asked.ticket = bytes_of(asked);
  waiting_.push(asked);
  waiting_queries_ += asked.repeat;
  waiting_bytes_ += asked.ticket;
  publish();
  if (!timer_.armed() || asked.deadline < timer_.deadline()) timer_.arm(asked.deadline);
  return true;
}

void worker_driver::stop_waiting(operation& asked) noexcept {
  waiting_.remove(asked);
  waiting_queries_ -= asked.repeat;
  waiting_bytes_ -= asked.ticket;
}

void worker_driver::detach(operation& asked) noexcept {
  if (asked.position == 1) {
    stop_waiting(asked);
    return publish();
  }
  // Its link may have ended and be telling others at this moment: it is none of ours then.
  reinterpret_cast<link*>(static_cast<std::uintptr_t>(asked.ticket))->detach(asked);
}

void worker_driver::send_waiting() {
  while (!waiting_.empty()) {
    link* ready = pick();
    if (ready == nullptr) return;
    operation& asked = *waiting_.first();
    stop_waiting(asked);
    asked.position = 0;
    if (!ready->send(asked)) finish(asked);
  }
  publish();
}

void worker_driver::expire_waiting() {
  const auto now = link_host::worker.time().steady();
  for (operation* each = waiting_.first(); each != nullptr;) {
    operation& looked_at = *each;
    each = each->next;
    if (looked_at.deadline > now) continue;
    stop_waiting(looked_at);
    looked_at.fail(last_failure_);
    finish(looked_at);
    each = waiting_.first();
  }
  publish();
  arm_waiting();
}

void worker_driver::arm_waiting() {
  if (waiting_.empty()) return;
  auto next = steady_clock::time_point::max();
  for (const operation* each = waiting_.first(); each != nullptr; each = each->next) {
    next = std::min(next, each->deadline);
  }
  timer_.arm(next);
}

// --- connections

task<void> worker_driver::keep_trying(std::size_t index) {
  shared_link& mine = shared_[index];
  for (;;) {
    if (mine.failures != 0) {
      const auto pause = connector_.delay_after(mine.failures);
      static_cast<void>(co_await net::sleep_for(link_host::worker, pause, tasks_.token()));
    }
    if (closed_) co_return;
    auto opened = co_await connector_.open(purpose::shared, tasks_.token());
    if (closed_) co_return;
    if (opened) {
      adopt(index, std::move(*opened));
      co_return;
    }
    note_failure(mine, opened.error());
  }
}

void worker_driver::adopt(std::size_t index, std::shared_ptr<link> opened) {
  shared_link& mine = shared_[index];
  mine.up = std::move(opened);
  mine.since = link_host::worker.time().steady();
  if (mine.failures != 0) log::info("the database is back");
  publish();
  send_waiting();
}

void worker_driver::note_failure(shared_link& of, const error& why) {
  if (of.failures++ == 0) log::warn("the database does not let us in", log::field("what", why.text()));
  last_failure_ = why;
  figures.connects_failed->add();
}

void worker_driver::on_link_lost(link& lost, const error& why) {
  const auto found = std::ranges::find_if(shared_, [&](const shared_link& each) { return each.up.get() == &lost; });
  if (found == shared_.end()) return sessions_.on_lost(lost);
  log::warn("the connection to the database was lost", log::field("what", why.text()));
  last_failure_ = error(errc::connection_lost, std::string(why.message()));
  found->up = nullptr;
  const auto now = link_host::worker.time().steady();
  found->failures = now - found->since < good_life ? found->failures + 1 : 0;
  publish();
  if (!closed_) tasks_.spawn(keep_trying(static_cast<std::size_t>(found - shared_.begin())));
}

}  // namespace candela::db::postgres
