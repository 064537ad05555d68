#include <algorithm>
#include <candela/db/postgres/detail/link.hpp>
#include <candela/db/postgres/detail/parameter_encoding.hpp>
#include <new>

namespace candela::db::postgres {

using std::chrono::steady_clock;

link::link(link_host& host)
    : host_(host),
      expiry_(
          host.worker.timers(), [](net::timer& fired) { static_cast<expiry_timer&>(fired).owner.on_expiry(); }, *this) {
  note_progress();
}

bool link::send(operation& asked) {
  if (copying_) {
    asked.fail(error(errc::unsupported, "a COPY is under way on this connection"));
    return false;
  }
  if (slots_.empty()) note_progress();
  asked.outstanding = 0;
  asked.ticket = reinterpret_cast<std::uintptr_t>(this);
  try {
    // Nothing may be sent whose answer would then be taken for that of somebody else.
    slots_.make_room(asked.repeat);
    asked.what == nullptr ? write_script(asked) : write_all(asked);
  } catch (const std::bad_alloc&) {
    asked.fail(error(errc::out_of_memory));
  }
  if (asked.outstanding == 0) return false;
  copying_ = asked.copy != copying::none;
  host_.figures.in_flight->set(static_cast<std::int64_t>(host_.in_flight));
  track(asked);
  return true;
}

void link::write_all(operation& asked) {
  for (std::uint32_t i = 0; i != asked.repeat && write_one(asked, i, 0); ++i) ++asked.outstanding;
}

// False when it could not be sent; the operation knows why.
bool link::write_one(operation& asked, std::uint32_t index, std::uint8_t attempts) try {
  const std::size_t refused = write(asked, index, attempts);
  if (refused == asked.width) return true;
  refuse(asked, index, refused);
  return false;
} catch (const std::bad_alloc&) {
  asked.fail(error(errc::out_of_memory));
  return false;
}

void link::refuse(operation& asked, std::uint32_t index, std::size_t refused) {
  const parameter& wrong = asked.parameters[index * asked.width + refused];
  asked.fail(error(errc::wrong_type,
                   "parameter $" + std::to_string(refused + 1) + " cannot be sent: " + std::string(refusal(wrong))));
}

bool link::go_on(operation& stream) {
  if (!suspended_) {
    stream.fail(error(errc::connection_lost, "the stream's connection has ended"));
    return false;
  }
  suspended_ = false;
  stream.more = false;
  slots_.front().asked = &stream;
  slots_.front().suspended = false;
  stream.copy == copying::in ? write_copy(stream) : write_continue(stream);
  track(stream);
  return true;
}

void link::end_stream() {
  slot& front = slots_.front();
  suspended_ = front.suspended = copying_ = false;
  const copying way = std::exchange(front.copy, copying::none);
  operation* left = std::exchange(front.asked, nullptr);
  if (way == copying::none) {
    write_stream_end();
  } else if (way == copying::in) {
    // The server answers with a failure, which spoils a transaction: nobody shall take it for good until then.
    if (in_transaction()) set_transaction('E');
    write_copy_fail();
  } else {
    cancel_on_server();
    close(error(errc::cancelled, "the COPY was given up"));
  }
  if (left == nullptr) return;
  left->more = false;
  left->fail(error(errc::cancelled, "the session of the COPY was given back"));
  left->on_done(*left);
}

void link::give_up(const operation& copy) noexcept {
  if (!is_suspended() || slots_.front().asked != &copy) return;
  slots_.front().asked = nullptr;
  contain([this] { end_stream(); });
}

void link::begin_copy(copying way) {
  slot& front = slots_.front();
  const bool expected = front.copy != copying::none;
  if (expected && front.copy == way && !front.begun) {
    front.begun = true;
    return suspend_front();
  }
  // What the server sends, or waits for, next belongs to nobody.
  if (exclusive_) cancel_on_server();
  close(error(errc::unsupported, expected ? "the statement is not the one COPY that was asked for"
                                          : "COPY needs copy_in or copy_out of a session or transaction"));
}

// `from`: where the first of its slots is, or before. Each repetition without an answer has one, so that what comes
// behind the last need not be looked at: thousands may have to be forgotten at once.
void link::forget(operation& asked, std::uint64_t from) noexcept {
  std::uint32_t left = asked.outstanding;
  for (std::uint64_t i = from; left != 0 && i != slots_.end(); ++i) {
    if (slots_[i].asked != &asked) continue;
    slots_[i].asked = nullptr;
    --left;
  }
}

void link::detach(operation& asked) noexcept {
  forget(asked, slots_.first());
  if (exclusive_ && open_) host_.on_link_abandoned(*this);
}

bool link::await_notification(notification_request& wish) {
  if (listener_ != nullptr) {
    wish.failure.emplace(errc::unsupported, "somebody waits for the session's notifications already");
    return false;
  }
  if (heard_.empty()) {
    listener_ = &wish;
    return true;
  }
  wish.came = std::move(heard_.front());
  heard_.pop_front();
  return false;
}

void link::withdraw(const notification_request& wish) noexcept {
  if (listener_ == &wish) listener_ = nullptr;
}

void link::hear(notification told) {
  if (!exclusive_) return;
  if (notification_request* waiting = std::exchange(listener_, nullptr)) {
    waiting->came = std::move(told);
    return waiting->on_done(*waiting);
  }
  if (heard_.size() == most_heard) return close(error(errc::overloaded, "nobody takes the session's notifications"));
  heard_.push_back(std::move(told));
}

void link::release_slot() noexcept {
  if (slots_.front().suspended) suspended_ = false;
  if (slots_.front().copy != copying::none) copying_ = false;
  slots_.pop();
  --host_.in_flight;
  host_.figures.in_flight->set(static_cast<std::int64_t>(host_.in_flight));
}

void link::close(const error& why) noexcept {
  if (!open_) return;
  open_ = false;
  suspended_ = false;
  const std::shared_ptr<link> alive = shared_from_this();
  expiry_.cancel();
  shut();
  host_.on_link_lost(*this, why);
  if (notification_request* waiting = std::exchange(listener_, nullptr)) {
    waiting->failure.emplace(why);
    waiting->on_done(*waiting);
  }
  while (!slots_.empty()) {
    operation* asked = slots_.front().asked;
    release_slot();
    if (asked == nullptr) continue;
    asked->more = false;
    asked->fail(why);
    if (--asked->outstanding == 0) host_.finish(*asked);
  }
}

void link::finish_front() {
  operation* asked = slots_.front().asked;
  release_slot();
  if (asked == nullptr || --asked->outstanding != 0) return;
  asked->more = false;
  host_.finish(*asked);
}

void link::fail_front(error why) {
  if (operation* asked = slots_.front().asked) asked->fail(std::move(why));
}

void link::suspend_front() {
  slot& front = slots_.front();
  operation* stream = front.asked;
  front.suspended = suspended_ = true;
  if (stream == nullptr) return end_stream();
  // A COPY may fail while it waits, and has as much time for that as its user likes.
  if (front.copy == copying::none) {
    front.asked = nullptr;
  } else {
    stream->deadline = steady_clock::time_point::max();
  }
  stream->more = true;
  host_.finish(*stream);
}

bool link::may_repeat_front(const server_report& report) noexcept {
  const slot& front = slots_.front();
  const bool stale =
      report.sqlstate == "26000" || (report.sqlstate == "0A000" && report.routine == "RevalidateCachedQuery");
  // The same from within a function says nothing about our statement, and a procedure may have committed before.
  if (!stale || front.entry == nullptr || front.begun) return false;
  // One that was sent since then brings the statement already.
  if (front.entry->state == prepared::stage::settled) front.entry->state = prepared::stage::unsent;
  return front.asked != nullptr && front.asked->chunk_rows == 0 && front.attempts < 2 && !in_transaction();
}

error link::fatal(server_report report) {
  const errc code = error::from_server(report).code();
  const bool passes = code == errc::server || code == errc::timed_out;
  return {passes ? errc::connection_lost : code, std::move(report)};
}

void link::repeat_front() {
  const slot again = slots_.front();
  release_slot();
  if (again.asked == nullptr) return;
  operation& asked = *again.asked;
  if (write_one(asked, again.index, static_cast<std::uint8_t>(again.attempts + 1))) return;
  if (--asked.outstanding == 0) host_.finish(asked);
}

void link::track(const operation& asked) {
  if (!expiry_.armed() || asked.deadline < expiry_.deadline()) expiry_.arm(asked.deadline);
}

// A server bounds its statements by itself; one that says nothing at all for this long is gone, or its way is.
steady_clock::time_point link::silence_limit() const noexcept {
  return progress_ + 2 * host_.options.query_timeout + std::chrono::seconds(1);
}

void link::on_expiry() {
  const std::shared_ptr<link> alive = shared_from_this();
  const auto now = host_.worker.time().steady();
  bool expired = false;
  for (std::uint64_t i = slots_.first(); open_ && i != slots_.end(); i = std::max(i + 1, slots_.first())) {
    operation* asked = slots_[i].asked;
    if (asked == nullptr || asked->deadline > now) continue;
    error late(errc::timed_out, "the database did not answer in time");
    forget(*asked, i);
    expired = true;
    asked->fail(std::move(late));
    host_.finish(*asked);
  }
  if (!open_) return;
  if (expired && exclusive_) return host_.on_link_abandoned(*this);
  if (slots_.empty() || suspended_) return;
  // Whoever has a link alone may wait for as long as he likes.
  auto next = exclusive_ ? steady_clock::time_point::max() : silence_limit();
  if (next <= now) return close(error(errc::connection_lost, "the server has stopped answering"));
  for (std::uint64_t i = slots_.first(); i != slots_.end(); ++i) {
    if (const operation* asked = slots_[i].asked) next = std::min(next, asked->deadline);
  }
  expiry_.arm(std::max(next, now + std::chrono::milliseconds(1)));
}

}  // namespace candela::db::postgres
