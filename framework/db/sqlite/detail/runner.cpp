#include <algorithm>
#include <candela/db/sqlite/detail/error_map.hpp>
#include <candela/db/sqlite/detail/libsqlite3.hpp>
#include <candela/db/sqlite/detail/phrases.hpp>
#include <candela/db/sqlite/detail/runner.hpp>
#include <candela/db/sqlite/detail/script.hpp>
#include <chrono>
#include <new>
#include <utility>

namespace candela::db::sqlite {

namespace {

// Longer than what a hand-over costs, shorter than what anybody would notice.
constexpr std::chrono::microseconds patience(200);

}  // namespace

std::optional<error> runner::open() {
  if (connection_) return std::nullopt;
  auto opened = connection::open(file_, how_);
  if (!opened) return std::move(opened).error();
  connection_ = std::move(*opened);
  return std::nullopt;
}

void runner::run(batch& work) noexcept {
  if (const std::optional<error> failed = open()) {
    for (item& one : work.items) one.fail(*failed);
    return;
  }
  switch (work.what) {
    case batch::kind::reads: run_reads(work); break;
    case batch::kind::writes: run_writes(work); break;
    default: run_session(work); break;
  }
}

void runner::run_reads(batch& work) {
  // One look at the database for all: its locks are taken once, and they were all asked for before.
  if (work.weight > 1) static_cast<void>(connection_->run(phrases::begin_reading));
  for (item& one : work.items) run_item(work, one);
  if (connection_->in_transaction()) static_cast<void>(connection_->run(phrases::commit));
}

// A commit costs more than what most statements do, so changes that were asked for together are committed together.
// Whenever one of them could have an effect on another one's fate, all of them are done again one by one.
void runner::run_writes(batch& work) {
  if (work.weight > 1 && may_share(work)) {
    if (run_together(work)) return;
    undo(work);
  }
  for (item& one : work.items) {
    run_item(work, one);
    if (!connection_->in_transaction()) continue;
    static_cast<void>(connection_->run(phrases::roll_back));
    one.fail(refused("25001", "what is left open would hold up all others; see database::transaction"));
  }
}

bool runner::may_share(const batch& work) {
  return std::ranges::all_of(work.items, [&](const item& one) {
    const auto found = connection_->find(*one.what);
    return found && (*found)->shares();
  });
}

bool runner::run_together(batch& work) {
  if (connection_->run(phrases::begin_writing)) return false;
  for (item& one : work.items) {
    run_item(work, one);
    if (!connection_->in_transaction() || connection_->has_deferred_violations()) return false;
  }
  return !connection_->run(phrases::commit);
}

void runner::undo(batch& work) {
  if (connection_->in_transaction()) static_cast<void>(connection_->run(phrases::roll_back));
  work.rows.cut(0);
  for (item& one : work.items) one.clear_outcome();
}

void runner::run_session(batch& work) {
  bool ended = false;
  for (item& one : work.items) {
    if (ended) {
      one.fail(error(errc::cancelled, "the session was ended before"));
    } else {
      run_in_session(work, one);
    }
    ended = ended || is_raised(one.abandoned);
  }
  work.left_open = stream_ != nullptr || connection_->in_transaction();
  work.lost = lost_;
}

// After an error that rolls the whole transaction back, SQLite would commit each of the statements that follow by
// itself: until the session says ROLLBACK, none is run.
void runner::run_in_session(batch& work, item& one) {
  const std::string_view sql = one.what != nullptr ? one.what->text() : work.script_of(one);
  if (lost_ && begins_with(sql, "ROLLBACK")) {
    lost_ = false;
    return;
  }
  if (lost_) {
    return one.fail(refused("25P02", "the transaction was rolled back by an error; only ROLLBACK can follow"));
  }
  const bool inside = connection_->in_transaction();
  run_item(work, one);
  const bool ends = begins_with(sql, "COMMIT") || begins_with(sql, "END") || begins_with(sql, "ROLLBACK");
  lost_ = inside && one.failure && !ends && !connection_->in_transaction();
}

void runner::run_item(batch& work, item& one) {
  const auto begun = std::chrono::steady_clock::now();
  one.rows_begin = work.rows.size();
  connection_->watch(&one.abandoned);
  try {
    if (connection_->unwanted()) {
      one.fail(error(file_.stopping ? errc::closed : errc::cancelled));
    } else if (one.goes_on) {
      go_on(work, one);
    } else if (one.what == nullptr) {
      if (std::optional<error> failed = script_run(*connection_, how_, work.script_of(one)).run()) one.fail(*failed);
    } else {
      run_query(work, one);
    }
  } catch (const std::bad_alloc&) {
    one.fail(error(errc::out_of_memory));
    work.rows.cut(one.rows_begin);
  }
  connection_->watch(nullptr);
  one.rows_end = work.rows.size();
  one.slow = std::chrono::steady_clock::now() - begun > patience * one.repeat;
}

void runner::run_query(batch& work, item& one) {
  const auto found = connection_->find(*one.what);
  if (!found) return one.fail(found.error());
  prepared& what = **found;
  if (work.what == batch::kind::reads && !what.reads()) {
    return one.fail(refused("25006", "a statement that is declared read-only changes something"));
  }
  if (stream_ == &what) {
    stream_->reset();
    stream_ = nullptr;
  }
  for (std::uint32_t index = 0; index != one.repeat; ++index) {
    if (connection_->unwanted()) return one.fail(error(errc::cancelled));
    run_once(work, one, what, index);
  }
}

void runner::run_once(batch& work, item& one, prepared& what, std::uint32_t index) {
  const std::span<const bound_value> all(work.values);
  const auto values = all.subspan(one.first_value + std::size_t{index} * one.width, one.width);
  // A stream goes on when this batch has long been used for something else.
  std::optional<error> wrong = what.bind(values, work.texts.data(), one.chunk_rows == 0);
  if (wrong) return one.fail(std::move(*wrong));
  take_rows(work, one, what, index);
}

void runner::take_rows(batch& work, item& one, prepared& what, std::uint32_t index) {
  struct resetting {
    prepared* what;
    ~resetting() {
      if (what != nullptr) what->reset();
    }
  } at_end{&what};
  const std::int64_t changed_before = connection_->changes_so_far();
  std::uint32_t rows = 0;
  int code = what.step();
  one.columns = what.columns();
  for (; code == SQLITE_ROW; code = what.step()) {
    work.rows.append(what.native(), index);
    if (++rows != one.chunk_rows) continue;
    one.more = true;
    stream_ = &what;
    at_end.what = nullptr;
    break;
  }
  if (what.reads()) {
    one.affected += rows;
  } else if (connection_->changes_so_far() != changed_before) {
    one.affected += connection_->last_changes();
  }
  if (code != SQLITE_ROW && code != SQLITE_DONE) one.fail(failure_of(code, what));
}

void runner::go_on(batch& work, item& one) {
  if (stream_ == nullptr) return one.fail(error(errc::cancelled, "the stream was ended before"));
  take_rows(work, one, *std::exchange(stream_, nullptr), 0);
}

error runner::failure_of(int code, const prepared& what) const {
  if ((code & 0xFF) == SQLITE_INTERRUPT && file_.stopping) return error(errc::closed);
  return error_of(connection_->native(), code, what.sql());
}

void runner::end_session(bool altered) noexcept {
  if (stream_ != nullptr) std::exchange(stream_, nullptr)->reset();
  lost_ = false;
  if (!connection_) return;
  if (connection_->in_transaction()) static_cast<void>(connection_->run(phrases::roll_back));
  // A database in memory would end with its connection.
  if ((altered && !file_.in_memory()) || connection_->in_transaction()) connection_.reset();
}

}  // namespace candela::db::sqlite
