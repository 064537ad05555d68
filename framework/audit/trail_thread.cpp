// How a trail's thread works: it takes records from the queues, links and signs them, and hands them to the sink. What
// the sink does not take stays pending, and nothing more is taken from the queues until it does.
#include <algorithm>
#include <candela/audit/trail.hpp>
#include <candela/core/log.hpp>
#include <stdexcept>
#include <utility>

namespace candela::audit {

namespace {

constexpr std::size_t batch_bytes = std::size_t{256} * 1024;
// Between two looks at the queues while there is traffic: workers need not wake anybody.
constexpr std::chrono::milliseconds gathering_pause{5};
constexpr std::chrono::hours endless{24};

const log::channel& channel() {
  static const log::channel made("audit");
  return made;
}

template <class Value>
Value value_of(sink::result<Value> given) {
  if (!given) throw std::runtime_error(given.error());
  if constexpr (!std::is_void_v<Value>) return std::move(*given);
}

}  // namespace

void trail::run() noexcept {
  steady::time_point give_up = steady::time_point::max();
  for (;;) {
    const orders wanted = take_orders();
    if (wanted.stop && give_up == steady::time_point::max()) give_up = steady::now() + options_.end_patience;
    const bool fine = attempt(wanted);
    const bool over = wanted.stop && (fine || steady::now() >= give_up);
    {
      const std::scoped_lock held(lock_);
      (fine ? done_ticket_ : failed_ticket_) = wanted.ticket;
      ended_ = over;
    }
    done_.notify_all();
    if (over) return report_end(fine);
    wait(fine);
  }
}

trail::orders trail::take_orders() {
  const std::scoped_lock held(lock_);
  return ordered_;
}

bool trail::attempt(const orders& wanted) noexcept try {
  write_out(wanted);
  if (std::exchange(failing_, false)) log::write(channel(), log::level::info, "the audit trail is written again");
  return true;
} catch (const std::exception& wrong) {
  report_failure(wrong.what());
  return false;
}

void trail::write_out(const orders& wanted) {
  if (!is_open_) take_up();
  hand_over();
  for (bool more = true; more;) {
    // Also when the end of the last file was signed before the sink failed.
    if (stream_.position().ended || stream_.position().sequence == 0) start_file();
    more = drain();
    if (checkpoint_is_due()) sign(false);
    hand_over();
    if (rotation_is_due()) {
      sign(true);
      hand_over();
    }
  }
  if (stream_.position().ended) return;
  if (wanted.stop || (wanted.ticket != done_ticket_ && stream_.position().unsigned_lines != 0)) sign(wanted.stop);
  sync_due_ = sync_due_ || wanted.stop;
  hand_over();
}

void trail::take_up() {
  pending_.clear();
  new_file_.clear();
  const found_trail found = value_of(sink_->open(options_.stream, signer_.verifiers()));
  stream_.resume(found.at);
  file_bytes_ = found.file_bytes;
  file_begun_ = steady::now();
  sequence_.store(found.at.sequence, std::memory_order_relaxed);
  const bool was_ended = found.at.ended || found.at.sequence == 0;
  is_open_ = was_ended && found.torn.empty();
  if (is_open_) return;
  if (was_ended) start_file();
  stream_.append_recovery(pending_, found.torn);
  is_open_ = true;
  log::write(channel(), log::level::warn, "the audit trail had no end and goes on",
             log::field("stream", options_.stream), log::field("torn_bytes", found.torn.size()),
             log::field("unsigned_lines", found.at.unsigned_lines));
}

void trail::start_file() {
  stream_.begin_file(pending_);
  new_file_ = stream_.position().file;
  file_begun_ = steady::now();
  sync_due_ = true;
}

// True when there is more than a batch.
bool trail::drain() {
  std::vector<recorder*> all;
  {
    const std::scoped_lock held(lock_);
    for (const auto& [owner, each] : recorders_) all.push_back(each.get());
  }
  for (recorder* each : all) {
    while (each->queue().front(taken_)) {
      if (stream_.position().unsigned_lines == 0) first_unsigned_ = steady::now();
      stream_.append_request(pending_, taken_);
      each->queue().pop();
      requests_.fetch_add(1, std::memory_order_relaxed);
      if (stream_.position().unsigned_lines >= options_.checkpoint_lines) sign(false);
      if (pending_.size() >= batch_bytes) return true;
    }
  }
  return false;
}

void trail::note_gap() {
  const trail_counts now = counts();
  if (now.refused == noted_refused_ && now.unrecorded == noted_unrecorded_) return;
  stream_.append_gap(pending_, now.refused - noted_refused_, now.unrecorded - noted_unrecorded_);
  noted_refused_ = now.refused;
  noted_unrecorded_ = now.unrecorded;
}

void trail::sign(bool last) {
  note_gap();
  stream_.append_checkpoint(pending_, last);
  checkpoints_.fetch_add(1, std::memory_order_relaxed);
  sync_due_ = sync_due_ || options_.sync != sync_policy::never;
}

bool trail::checkpoint_is_due() const {
  return stream_.position().unsigned_lines != 0 && steady::now() - first_unsigned_ >= options_.checkpoint_interval;
}

bool trail::rotation_is_due() const {
  return !stream_.position().ended &&
         (file_bytes_ >= options_.rotate_bytes || steady::now() - file_begun_ >= options_.rotate_after);
}

void trail::hand_over() {
  if (!new_file_.empty()) {
    value_of(sink_->begin_file(new_file_));
    new_file_.clear();
    file_bytes_ = 0;
  }
  if (!pending_.empty()) {
    value_of(sink_->append(pending_));
    file_bytes_ += pending_.size();
    pending_.clear();
    sequence_.store(stream_.position().sequence, std::memory_order_relaxed);
    sync_due_ = sync_due_ || options_.sync == sync_policy::batch;
  }
  if (!sync_due_) return;
  value_of(sink_->sync());
  sync_due_ = false;
}

// Once, and not at every attempt.
void trail::report_failure(std::string_view why) noexcept {
  failures_.fetch_add(1, std::memory_order_relaxed);
  if (std::exchange(failing_, true)) return;
  log::write(channel(), log::level::error,
             "the audit trail cannot be written; requests are refused when its queue is full",
             log::field("stream", options_.stream), log::field("why", why));
}

// The log keeps what files alone cannot prove: how far the trail had come.
void trail::report_end(bool whole) noexcept {
  sink_->close();
  if (whole) {
    log::write(channel(), log::level::info, "the audit trail was ended", log::field("stream", options_.stream),
               log::field("sequence", stream_.position().sequence),
               log::field("head", text_of(stream_.position().head)));
    return;
  }
  log::write(channel(), log::level::error, "the audit trail was not written to its end",
             log::field("stream", options_.stream), log::field("lost_bytes", pending_.size() + counts().queued_bytes));
}

bool trail::anything_to_do() {
  const std::scoped_lock held(lock_);
  return ordered_.stop || ordered_.ticket > std::max(done_ticket_, failed_ticket_) ||
         std::ranges::any_of(recorders_, [](const auto& each) { return !each.second->queue().empty(); });
}

trail::steady::duration trail::patience() const {
  if (stream_.position().unsigned_lines == 0) return endless;
  return std::max<steady::duration>(first_unsigned_ + options_.checkpoint_interval - steady::now(),
                                    std::chrono::milliseconds(1));
}

void trail::wait(bool fine) {
  if (!fine) return std::this_thread::sleep_for(options_.retry);
  sleep_until_woken(patience());
  if (take_orders().ticket == done_ticket_) std::this_thread::sleep_for(gathering_pause);
}

void trail::sleep_until_woken(steady::duration limit) {
  asleep_.store(true, std::memory_order_seq_cst);
  if (!anything_to_do() && woken_.try_acquire_for(limit)) return;
  // Who has taken the flag back meanwhile has released, or is about to: that must not end the next sleep.
  if (!asleep_.exchange(false)) woken_.acquire();
}

}  // namespace candela::audit
