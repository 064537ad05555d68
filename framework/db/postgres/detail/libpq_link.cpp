#include <candela/db/postgres/detail/libpq_link.hpp>
#include <candela/db/postgres/detail/libpq_report.hpp>
#include <candela/db/postgres/detail/parameter_encoding.hpp>
#include <charconv>

namespace candela::db::postgres {

libpq_link::libpq_link(link_host& host, connection_ptr connection, cancel_thread& canceller)
    : link(host), connection_(std::move(connection)), cancel_(connection_.get(), canceller) {
  broken_ = libpq().enterPipelineMode(connection_.get()) != 1;
  const auto ready = [](void* self, bool readable, bool writable) {
    static_cast<libpq_link*>(self)->on_ready(readable, writable);
  };
  watch_.emplace(host.worker.loop(), libpq().socket(connection_.get()), ready, this);
  rewatch();
}

libpq_link::~libpq_link() { host_.worker.unmark_dirty(*this); }

void libpq_link::shut() noexcept {
  host_.worker.unmark_dirty(*this);
  watch_.reset();
  connection_.reset();
}

// A stream that waits stops reading: what the server has to say stays with it.
void libpq_link::rewatch() noexcept { watch_->want(!is_suspended(), want_write_); }

error libpq_link::connection_error() const {
  return {errc::connection_lost, first_line(libpq().errorMessage(connection_.get()))};
}

// --- asking

// A script is no part of a pipeline: it waits for everything before it, and everything behind waits for it.
std::size_t libpq_link::write(operation& asked, std::uint32_t index, std::uint8_t attempts) {
  slot made{&asked, &statements_.find(*asked.what), index, attempts};
  made.ends_batch = true;
  made.held = !slots_.empty() && (slots_.front().entry == nullptr || slots_.back().held);
  if (!made.held) {
    const std::size_t refused = send_query(made);
    if (refused != asked.width) return refused;
  }
  add(made);
  return asked.width;
}

// Says which parameter is refused, as `write` does; nothing was sent then.
std::size_t libpq_link::send_query(slot& made) {
  const operation& asked = *made.asked;
  prepared& entry = *made.entry;
  // Uses behind the first one rely on it; when it fails, they are sent again.
  const bool parses = entry.state == prepared::stage::unsent;
  std::size_t refused = 0;
  if (!encode_all(asked, made.index, entry, refused)) return refused;
  if (parses) {
    if (entry.known_there) entry.rename();
    entry.known_there = true;
    entry.state = prepared::stage::sent;
  }
  if (!send_all(asked, entry, parses)) broken_ = true;
  made.parses = parses;
  return asked.width;
}

void libpq_link::add(const slot& made) {
  push(made);
  if (slots_.size() == 1) begin_front();
  mark();
}

bool libpq_link::encode_all(const operation& asked, std::uint32_t index, const prepared& entry, std::size_t& refused) {
  const parameter* values = asked.parameters + std::size_t{index} * asked.width;
  const bool known = entry.state == prepared::stage::settled && entry.parameters.size() == asked.width;
  std::size_t bound = 0;
  for (std::size_t i = 0; i != asked.width; ++i) bound += encoded_bound(values[i]) + 1;
  char* at = values_.reserve(bound);
  pointers_.assign(asked.width, nullptr);
  lengths_.assign(asked.width, 0);
  formats_.assign(asked.width, 1);
  for (refused = 0; refused != asked.width; ++refused) {
    const parameter& value = values[refused];
    char* const first = at;
    const format as = encode(value, known ? entry.parameters[refused] : sql_type::unknown, at);
    if (as == format::refused) return false;
    if (value.what == parameter::kind::null) continue;
    pointers_[refused] = first + 4;
    lengths_[refused] = static_cast<int>(at - first - 4);
    formats_[refused] = static_cast<int>(as);
    *at++ = '\0';  // libpq measures text by its end
  }
  unsent_ += static_cast<std::size_t>(at - values_.unsent().data());
  return true;
}

bool libpq_link::send_all(const operation& asked, const prepared& entry, bool parses) {
  PGconn* to = connection_.get();
  const char* name = entry.name.data();
  if (parses) {
    const std::string text(entry.what.text());
    if (libpq().sendPrepare(to, name, text.c_str(), 0, nullptr) != 1 || libpq().sendDescribePrepared(to, name) != 1)
      return false;
  }
  return libpq().sendQueryPrepared(to, name, asked.width, pointers_.data(), lengths_.data(), formats_.data(), 1) == 1 &&
         libpq().pipelineSync(to) == 1;
}

void libpq_link::write_script(operation& asked) {
  slot made{&asked};
  made.ends_batch = true;
  made.copy = asked.copy;
  made.held = !slots_.empty();
  if (!made.held) send_script(made);
  add(made);
  ++asked.outstanding;
}

void libpq_link::send_script(const slot& made) {
  const std::string text(made.asked->script);
  if (libpq().exitPipelineMode(connection_.get()) != 1 || libpq().sendQuery(connection_.get(), text.c_str()) != 1)
    broken_ = true;
}

// What waited for a script: the next one alone, or all queries before it.
void libpq_link::send_held() {
  for (std::uint64_t i = slots_.first(); i != slots_.end(); ++i) {
    slot& each = slots_[i];
    if (!each.held) continue;
    const bool script = each.entry == nullptr;
    if (script && i != slots_.first()) return;
    each.held = false;
    mark();
    if (script) return send_script(each);
    const std::size_t refused = send_query(each);
    if (refused == each.asked->width) continue;
    // Its place is kept by a Sync alone, so that it ends in its turn.
    refuse(*each.asked, each.index, refused);
    if (libpq().pipelineSync(connection_.get()) != 1) broken_ = true;
  }
}

void libpq_link::write_copy(operation& copy) {
  PGconn* to = connection_.get();
  const int size = static_cast<int>(copy.script.size());
  if (size != 0 && libpq().putCopyData(to, copy.script.data(), size) != 1) broken_ = true;
  if (copy.copy_ends) {
    if (libpq().putCopyEnd(to, nullptr) != 1) broken_ = true;
    stage_ = stage::execute;
  }
  copy_sent_ = !copy.copy_ends;
  mark();
}

void libpq_link::write_copy_fail() {
  if (libpq().putCopyEnd(connection_.get(), "the COPY was given up") != 1) broken_ = true;
  stage_ = stage::execute;
  mark();
}

void libpq_link::write_continue(operation&) {
  chunk_ = 0;
  rewatch();
  mark();
}

// The rest would have to be read.
void libpq_link::write_stream_end() {
  if (stage_ != stage::execute || slots_.front().entry == nullptr || slots_.front().asked != nullptr) return;
  cancel_on_server();
  close(error(errc::cancelled, "the stream was given up"));
}

void libpq_link::flush() {
  const std::shared_ptr<link> alive = shared_from_this();
  contain([this] { send_out(); });
}

void libpq_link::send_out() {
  const int left = broken_ ? -1 : libpq().flush(connection_.get());
  if (left < 0) return close(connection_error());
  want_write_ = left > 0;
  if (left == 0) unsent_ = 0;
  if (left == 0 && std::exchange(copy_sent_, false)) suspend_front();
  if (!is_open()) return;
  rewatch();
  // Writing may have read, too; and a stream that goes on has rows at hand.
  take_results();
  take_notifications();
}

// --- hearing

void libpq_link::on_ready(bool readable, bool writable) {
  const std::shared_ptr<link> alive = shared_from_this();
  if (readable) contain([this] { read(); });
  if (is_open() && writable && want_write_) flush();
}

void libpq_link::read() {
  note_progress();
  if (libpq().consumeInput(connection_.get()) != 1) return close(connection_error());
  take_results();
  take_notifications();
}

void libpq_link::take_notifications() {
  while (is_open()) {
    const notification_ptr told(libpq().notifies(connection_.get()));
    if (told == nullptr) return;
    hear({told->relname, told->extra, told->be_pid});
  }
}

void libpq_link::begin_front() noexcept {
  failed_ = repeat_ = false;
  chunk_ = 0;
  stage_ = slots_.front().parses ? stage::prepare : stage::execute;
}

void libpq_link::take_results() {
  bool answer_ended = false;
  while (is_open() && !slots_.empty() && !is_suspended() && stage_ != stage::copy_in) {
    if (stage_ == stage::copy_out && !take_copy()) return;
    const slot& front = slots_.front();
    if (front.asked != nullptr && front.asked->chunk_rows != 0 && stage_ == stage::execute) {
      static_cast<void>(libpq().setSingleRowMode(connection_.get()));
    }
    if (libpq().isBusy(connection_.get()) != 0) return;
    const result_ptr result(libpq().getResult(connection_.get()));
    if (result == nullptr) {
      // A connection that has failed gives nothing for ever; one that has not tells the end of an answer once.
      if (libpq().status(connection_.get()) != CONNECTION_OK) return close(connection_error());
      if (answer_ended) return;
      end_answer();
    } else {
      take(*result);
    }
    answer_ended = result == nullptr;
  }
}

void libpq_link::take(const PGresult& result) {
  switch (libpq().resultStatus(&result)) {
    case PGRES_PIPELINE_SYNC: return end_front();
    case PGRES_PIPELINE_ABORTED: return;
    case PGRES_FATAL_ERROR:
    case PGRES_BAD_RESPONSE: return on_error(result);
    case PGRES_COPY_IN: return enter_copy(copying::in);
    case PGRES_COPY_OUT: return enter_copy(copying::out);
    case PGRES_COPY_BOTH: return enter_copy(copying::none);
    default: break;
  }
  if (slots_.front().copy != copying::none) return count_rows(result);
  if (slots_.front().parses && stage_ == stage::prepare) slots_.front().parsed = true;
  if (stage_ == stage::describe) return on_description(result);
  if (stage_ == stage::execute && slots_.front().entry != nullptr) on_rows(result);
}

void libpq_link::enter_copy(copying way) {
  stage_ = way == copying::in ? stage::copy_in : stage::copy_out;
  begin_copy(way);
}

// False when there is nothing at hand, or enough.
bool libpq_link::take_copy() {
  const slot& front = slots_.front();
  for (;;) {
    char* bytes = nullptr;
    const int size = libpq().getCopyData(connection_.get(), &bytes, 1);
    const std::unique_ptr<char, memory_freer> owned(bytes);
    if (size < 0) break;  // what comes behind the last one tells how it ended
    if (size == 0) {
      if (chunk_ == 0) return false;
      suspend_front();
      if (!is_open() || is_suspended()) return false;
      continue;
    }
    ++chunk_;
    const cell message{bytes, size};
    if (front.asked != nullptr) front.asked->on_row(*front.asked, front.index, &message);
  }
  stage_ = stage::execute;
  return true;
}

// One command's answers are complete.
void libpq_link::end_answer() {
  if (slots_.front().entry == nullptr) return end_script();
  if (stage_ != stage::sync) stage_ = static_cast<stage>(static_cast<int>(stage_) + 1);
}

void libpq_link::end_script() {
  if (libpq().enterPipelineMode(connection_.get()) != 1) return close(connection_error());
  end_front();
}

void libpq_link::end_front() {
  // So that the connection knows whether it is idle.
  if (slots_.size() == 1 || slots_[slots_.first() + 1].held)
    static_cast<void>(result_ptr(libpq().getResult(connection_.get())));
  read_transaction();
  if (repeat_) {
    repeat_front();
  } else {
    finish_front();
  }
  if (!is_open()) return;
  if (!slots_.empty() && slots_.front().held) send_held();
  if (!slots_.empty()) begin_front();
  if (!is_exclusive() && in_transaction()) close(error(errc::protocol, "a transaction on a shared connection"));
}

void libpq_link::read_transaction() noexcept {
  switch (libpq().transactionStatus(connection_.get())) {
    case PQTRANS_IDLE: return set_transaction('I');
    case PQTRANS_INTRANS: return set_transaction('T');
    case PQTRANS_INERROR: return set_transaction('E');
    default: return;  // it is told when the last query has ended
  }
}

void libpq_link::on_description(const PGresult& result) {
  prepared& entry = *slots_.front().entry;
  entry.parameters.clear();
  for (int i = 0; i != libpq().nparams(&result); ++i) {
    entry.parameters.push_back(static_cast<sql_type>(libpq().paramtype(&result, i)));
  }
  std::vector<column> columns;
  for (int i = 0; i != libpq().nfields(&result); ++i) {
    columns.push_back({libpq().fname(&result, i), static_cast<sql_type>(libpq().ftype(&result, i))});
  }
  entry.columns = columns.empty() ? nullptr : &host_.catalog.intern(entry.what, std::move(columns));
  entry.state = prepared::stage::settled;
}

void libpq_link::count_rows(const PGresult& result) noexcept {
  operation* asked = slots_.front().asked;
  if (asked == nullptr) return;
  const std::string_view count = libpq().cmdTuples(const_cast<PGresult*>(&result));
  std::uint64_t affected = 0;
  std::from_chars(count.data(), count.data() + count.size(), affected);
  asked->affected += affected;
}

void libpq_link::on_rows(const PGresult& result) {
  const slot& front = slots_.front();
  if (front.asked == nullptr) return;
  operation& asked = *front.asked;
  count_rows(result);
  asked.columns = front.entry->columns;
  if (asked.columns == nullptr) return;
  cells_.resize(asked.columns->size());
  for (int row = 0; row != libpq().ntuples(&result); ++row) {
    for (std::size_t i = 0; i != cells_.size(); ++i) {
      const int at = static_cast<int>(i);
      cells_[i].data = libpq().getvalue(&result, row, at);
      cells_[i].size = libpq().getisnull(&result, row, at) != 0 ? -1 : libpq().getlength(&result, row, at);
    }
    if (asked.on_row != nullptr) asked.on_row(asked, front.index, cells_.data());
  }
  if (libpq().resultStatus(&result) != PGRES_SINGLE_TUPLE || ++chunk_ != asked.chunk_rows) return;
  suspend_front();
  if (is_open()) rewatch();
}

void libpq_link::on_error(const PGresult& result) {
  server_report report = report_of(result);
  if (report.severity == "FATAL" || report.severity == "PANIC" || libpq().status(connection_.get()) != CONNECTION_OK) {
    return close(fatal(std::move(report)));
  }
  const slot& front = slots_.front();
  const bool unprepared = front.parses && !front.parsed;
  failed_ = true;
  repeat_ = may_repeat_front(report);
  // Behind a failed first use there may be a second one already, which brings the statement again.
  const bool stale = repeat_ && front.entry->state == prepared::stage::settled;
  if (stale || unprepared) front.entry->state = prepared::stage::unsent;
  if (!repeat_) fail_front(error::from_server(std::move(report)));
}

}  // namespace candela::db::postgres
