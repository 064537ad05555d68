#include <candela/core/log.hpp>
#include <candela/db/postgres/detail/questions.hpp>
#include <candela/db/postgres/detail/wire_link.hpp>

namespace candela::db::postgres {

wire_link::wire_link(link_host& host, std::unique_ptr<wire_channel> channel)
    : link(host), channel_(std::move(channel)), reader_(host.options.max_message_bytes) {
  const auto ready = [](void* self, bool readable, bool writable) {
    static_cast<wire_link*>(self)->on_ready(readable, writable);
  };
  watch_.emplace(host.worker.loop(), channel_->descriptor(), ready, this);
  rewatch();
}

wire_link::~wire_link() { host_.worker.unmark_dirty(*this); }

// The watch ends before the descriptor that libpq closes.
void wire_link::shut() noexcept {
  host_.worker.unmark_dirty(*this);
  watch_.reset();
  channel_->finish();
}

void wire_link::rewatch() noexcept { watch_->want(!is_reading_held(), want_write_); }

// --- asking

std::size_t wire_link::write(operation& asked, std::uint32_t index, std::uint8_t attempts) {
  const bool streams = asked.chunk_rows != 0;
  const bool shares = host_.options.batch == sharing::reads && asked.what->reads_only() && !streams && attempts == 0;
  // First of all: a batch that is closed here leaves, whatever becomes of this query.
  mark();
  if (!shares && batch_ != 0) close_batch();
  const std::size_t unsent = out_.unsent().size();
  prepared& entry = statements_.find(*asked.what);
  const parameter* values = asked.parameters + std::size_t{index} * asked.width;
  // Until the server has said that it knows the statement, every use brings it along: if the first one fails, the
  // others don't depend on it.
  const bool parses = entry.state != prepared::stage::settled;
  if (parses) {
    // A statement whose use does not follow would have answers that nobody takes.
    static_cast<void>(out_.reserve(prepare_bound(entry) + query_bound(entry, values, asked.width)));
    write_prepare(out_, entry);
    entry.known_there = true;
    entry.state = prepared::stage::sent;
  }
  const ending end = streams ? ending::flush : shares ? ending::nothing : ending::sync;
  const std::size_t refused = write_query(out_, entry, values, asked.width, asked.chunk_rows, end);
  const bool accepted = refused == asked.width;
  if (!accepted && !parses) return refused;
  // A Parse that goes out already has answers that somebody must take, though its query stays here.
  if (!accepted) write_sync(out_);
  slot made{accepted ? &asked : nullptr, &entry, index, attempts};
  made.ends_batch = !accepted || !shares;
  made.parses = parses;
  push(made);
  batch_ = made.ends_batch ? 0 : batch_ + 1;
  batch_bytes_ = made.ends_batch ? 0 : batch_bytes_ + (out_.unsent().size() - unsent);
  if (made.ends_batch) ++syncs_;
  sync_due_ = accepted && streams;
  if (batch_ == most_in_batch) close_batch();
  return refused;
}

void wire_link::close_batch() {
  write_sync(out_);
  slots_.back().ends_batch = true;
  batch_ = batch_bytes_ = 0;
  ++syncs_;
}

void wire_link::write_script(operation& asked) {
  mark();
  if (batch_ != 0) close_batch();
  postgres::write_script(out_, asked.script);
  slot made{&asked};
  made.ends_batch = true;
  made.copy = asked.copy;
  push(made);
  ++syncs_;
  ++asked.outstanding;
}

void wire_link::write_continue(operation& stream) {
  if (stream.copy == copying::none) {
    postgres::write_continue(out_, stream.chunk_rows);
  } else {
    hears_on_ = true;
  }
  mark();
}

void wire_link::write_copy(operation& copy) {
  write_copy_data(out_, copy.script);
  if (copy.copy_ends) write_copy_done(out_);
  copy_sent_ = !copy.copy_ends;
  mark();
}

void wire_link::write_copy_fail() {
  postgres::write_copy_fail(out_, "the COPY was given up");
  mark();
}

void wire_link::write_stream_end() {
  if (!sync_due_) return;
  sync_due_ = false;
  write_sync(out_);
  mark();
}

void wire_link::flush() {
  const std::shared_ptr<link> alive = shared_from_this();
  contain([this] {
    send_out();
    if (is_open() && std::exchange(hears_on_, false)) hear_on();
  });
}

void wire_link::send_out() {
  if (want_write_ || gathers()) return;
  if (batch_ != 0) close_batch();
  while (!out_.empty() && !want_write_) {
    const io_outcome sent = channel_->write(out_.unsent());
    if (sent.status == io_outcome::kind::failed) return lost(error(errc::connection_lost, "the connection broke"));
    if (sent.status == io_outcome::kind::later) {
      want_write_ = true;
      return rewatch();
    }
    out_.consume(sent.bytes);
  }
  if (out_.empty() && !failed_ && std::exchange(copy_sent_, false)) suspend_front();
}

// --- hearing

void wire_link::on_ready(bool readable, bool writable) {
  const std::shared_ptr<link> alive = shared_from_this();
  if (readable) contain([this] { read(); });
  if (!is_open() || !writable || !want_write_) return;
  want_write_ = false;
  rewatch();
  flush();
}

void wire_link::read() {
  do {
    const io_outcome got = channel_->read(reader_.space());
    if (got.status == io_outcome::kind::later) return;
    if (got.status == io_outcome::kind::failed) {
      return lost(error(errc::connection_lost, "the server has closed the connection"));
    }
    reader_.filled(got.bytes);
    note_progress();
    if (!take_messages()) return;
  } while (!is_reading_held() && channel_->has_pending());
}

bool wire_link::take_messages() {
  message came;
  while (!is_reading_held()) {
    const message_reader::status how = reader_.next(came);
    if (how == message_reader::status::broken) broken("a message of an impossible length");
    if (how == message_reader::status::message && take(came)) continue;
    if (how != message_reader::status::incomplete) return false;
    // Whoever reads a COPY is given what came at once, before anything else is read. One that has failed ends with its
    // ReadyForQuery.
    if (failed_ || !std::exchange(copy_came_, false)) break;
    suspend_front();
    if (!is_open()) return false;
  }
  if (is_reading_held()) rewatch();
  return true;
}

// The reader of a COPY has taken what was at hand.
void wire_link::hear_on() {
  if (!is_reading_held()) rewatch();
  if (take_messages() && !is_reading_held() && channel_->has_pending()) read();
}

void wire_link::broken(std::string_view what) {
  lost(error(errc::protocol, "the server broke the protocol: " + std::string(what)));
}

bool wire_link::take(const message& came) {
  // Rows first: they are most of what comes.
  if (came.kind == answer::data_row) {
    on_row(came.body);
    return is_open();
  }
  switch (came.kind) {
    case answer::notice: return true;
    case answer::notification: on_notification(came.body); return is_open();
    case answer::parameter_status: on_parameter_status(came.body); return is_open();
    default: break;
  }
  if (!awaits_answer() && came.kind != answer::error) {
    broken("an answer that nobody asked for");
    return false;
  }
  switch (came.kind) {
    case answer::parse_complete: slots_.front().parsed = true; break;
    case answer::bind_complete: slots_.front().begun = true; break;
    case answer::close_complete: break;
    case answer::parameter_description: on_parameters(came.body); break;
    case answer::row_description: on_columns(came.body); break;
    case answer::no_data: on_no_columns(); break;
    case answer::command_complete: on_complete(came.body); break;
    case answer::empty_query: on_complete({"\0", 1}); break;
    case answer::portal_suspended: on_suspended(); break;
    case answer::error: on_error(came.body); break;
    case answer::ready: on_ready_for_query(came.body); break;
    case answer::copy_in: begin_copy(copying::in); break;
    case answer::copy_out: begin_copy(copying::out); break;
    case answer::copy_both: begin_copy(copying::none); break;
    case answer::copy_data: on_copy_data(came.body); break;
    case answer::copy_done: on_copy_end(); break;
    default: broken("a message of an unknown kind"); break;
  }
  return is_open();
}

void wire_link::on_row(std::string_view body) {
  if (!awaits_answer()) return broken("a row that nobody asked for");
  const slot& front = slots_.front();
  if (front.entry == nullptr || front.asked == nullptr) return;
  const description* columns = front.entry->columns;
  if (columns == nullptr) return broken("a row without a description");
  if (cells_.size() < columns->size()) cells_.resize(columns->size());
  if (!read_row(body, columns->size(), cells_.data())) return broken("a row that does not fit its description");
  operation& asked = *front.asked;
  asked.columns = columns;
  if (asked.on_row != nullptr) asked.on_row(asked, front.index, cells_.data());
}

void wire_link::on_columns(std::string_view body) {
  if (slots_.front().entry == nullptr) return;  // of a script
  std::optional<std::vector<column>> columns = read_columns(body);
  if (!columns) return broken("a malformed description of rows");
  settle(&host_.catalog.intern(slots_.front().entry->what, std::move(*columns)));
}

void wire_link::on_no_columns() {
  if (slots_.front().entry != nullptr) settle(nullptr);
}

// Once, and before the rows: those that were taken are read by it.
void wire_link::settle(const description* columns) {
  slot& front = slots_.front();
  if (!front.parses || front.described) return broken("a description that nobody asked for");
  front.described = true;
  prepared& entry = *front.entry;
  entry.columns = columns;
  entry.state = prepared::stage::settled;
}

void wire_link::on_parameters(std::string_view body) {
  std::optional<std::vector<sql_type>> types = read_parameter_types(body);
  if (!types || slots_.front().entry == nullptr) return broken("a malformed description of parameters");
  slots_.front().entry->parameters = std::move(*types);
}

void wire_link::on_complete(std::string_view body) {
  const std::optional<std::uint64_t> affected = read_affected(body);
  if (!affected) return broken("a malformed end of a command");
  const slot& front = slots_.front();
  if (front.asked != nullptr) {
    front.asked->affected += *affected;
    front.asked->columns = front.entry == nullptr ? nullptr : front.entry->columns;
  }
  write_stream_end();
  // What shares a Sync is read-only: its success is final here. Everything else may still fail when it is committed.
  if (!front.ends_batch) finish_front();
}

void wire_link::on_suspended() {
  if (!sync_due_) return broken("rows left out that all were asked for");
  suspend_front();
}

void wire_link::on_copy_data(std::string_view body) {
  const slot& front = slots_.front();
  if (front.copy != copying::out || !front.begun) return broken("bytes of a COPY that nobody asked for");
  if (front.asked == nullptr) return;
  const cell bytes{body.data(), static_cast<std::int32_t>(body.size())};
  front.asked->on_row(*front.asked, front.index, &bytes);
  copy_came_ = true;
}

void wire_link::on_copy_end() {
  const slot& front = slots_.front();
  if (front.copy != copying::out || !front.begun) broken("the end of a COPY that nobody asked for");
}

void wire_link::on_error(std::string_view body) {
  std::optional<server_report> report = read_report(body);
  if (!report) return broken("a malformed error");
  if (report->severity == "FATAL" || report->severity == "PANIC" || !awaits_answer()) {
    return lost(fatal(std::move(*report)));
  }
  if (failed_) return;
  failed_ = true;
  const slot& front = slots_.front();
  if (front.parses && !front.parsed) front.entry->state = prepared::stage::unsent;
  repeat_ = may_repeat_front(*report);
  if (!repeat_) fail_front(error::from_server(std::move(*report)));
  write_stream_end();
}

void wire_link::on_ready_for_query(std::string_view body) {
  if (body.size() != 1) return broken("a malformed end of a query");
  set_transaction(body.front());
  --syncs_;
  if (batch_ != 0 && !gathers()) mark();
  copy_sent_ = copy_came_ = false;
  if (failed_) return end_failed_batch();
  if (!slots_.front().ends_batch) return broken("the end of a query that goes on");
  finish_front();
  if (is_open() && !is_exclusive() && body.front() != 'I') {
    log::error("a statement left a transaction open on a shared connection; it is closed");
    broken("a transaction on a shared connection");
  }
}

// Behind a failure nothing was done up to the Sync: who shared it is asked again, each alone.
void wire_link::end_failed_batch() {
  failed_ = false;
  bool last = slots_.front().ends_batch;
  if (repeat_) {
    repeat_front();
  } else {
    finish_front();
  }
  repeat_ = false;
  while (!last && is_open()) {
    const slot& next = slots_.front();
    last = next.ends_batch;
    if (next.parses) next.entry->state = prepared::stage::unsent;
    repeat_front();
  }
}

void wire_link::on_notification(std::string_view body) {
  std::optional<notification> told = read_notification(body);
  if (!told) return broken("a malformed notification");
  hear(std::move(*told));
}

void wire_link::on_parameter_status(std::string_view body) {
  const std::optional<parameter_status> status = read_parameter_status(body);
  if (!status) return broken("a malformed setting");
  // Text of another encoding would be taken for UTF-8.
  if (status->name == "client_encoding" && status->value != "UTF8") broken("a client encoding that is not UTF8");
}

}  // namespace candela::db::postgres
