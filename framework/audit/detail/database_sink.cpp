#include <candela/audit/detail/database_sink.hpp>
#include <candela/audit/detail/table.hpp>
#include <candela/core/log.hpp>
#include <candela/json/reader.hpp>
#include <stdexcept>

namespace candela::audit {

namespace detail {

namespace {

// A service that starts does not wait long for its database.
constexpr std::chrono::seconds check_patience{2};
constexpr std::string_view no_such_table = "42P01";

std::unexpected<std::string> failure(const db::error& wrong) { return std::unexpected(wrong.text()); }

std::optional<std::string_view> member(const json::value& line, std::string_view name) {
  const json::value* found = line.find(name);
  return found == nullptr ? std::nullopt : found->string();
}

sink::result<> lacks_table() {
  return std::unexpected(
      std::string("the database has no table candela_audit, in which trails stand; `candela audit schema` shows the "
                  "migration that makes it"));
}

// One that is away may come back, and until then no more is let in than the queue holds: only what it says itself is an
// error.
task<sink::result<>> look_for_table(db::database data) {
  const auto found = co_await data.execute(every_column);
  if (found) co_return sink::result<>();
  if (found.error().sqlstate() == no_such_table) co_return lacks_table();
  if (found.error().is_unavailable()) {
    log::warn("the database for audit trails cannot be asked", log::field("why", found.error().text()));
    co_return sink::result<>();
  }
  co_return std::unexpected(std::string("the table candela_audit cannot be used: ").append(found.error().text()));
}

}  // namespace

// A connection of its own: that of the trail belongs to the trail's thread.
sink::result<> database_sink::check() const {
  db::settings asked;
  asked.url = url_;
  // Not made here only to be found empty.
  if (db::is_missing(asked)) return lacks_table();
  blocking_database once(url_, check_patience);
  return once.wait(look_for_table(once.data()));
}

sink::result<found_trail> database_sink::open(const std::string& stream, const jose::key_set& keys) {
  stream_ = stream;
  unsure_ = false;
  database_.clear();
  return database_.wait(take_up(database_.data(), keys));
}

// From the first line of the trail's newest part on, all of it is verified.
task<sink::result<found_trail>> database_sink::take_up(db::database data, const jose::key_set& keys) {
  const std::string_view stream = stream_;
  const auto newest = co_await data.query_one<std::uint64_t>(newest_file, stream);
  if (!newest) co_return failure(newest.error());
  found_trail found;
  if (!*newest) co_return found;
  verifier checked(&keys);
  for (std::uint64_t from = **newest, before = 0; from != before;) {
    before = from;
    auto page = read_page(data, checked, from, found.file_bytes);
    const result<> right = co_await page;
    if (!right) co_return std::unexpected(right.error());
    from = checked.summary().at.sequence + 1;
  }
  found.at = checked.summary().at;
  co_return found;
}

task<sink::result<>> database_sink::read_page(db::database data, verifier& checked, std::uint64_t from,
                                              std::uint64_t& bytes) {
  const std::string_view stream = stream_;
  const auto lines = co_await data.query_as<std::string_view>(lines_from, stream, from, page_lines);
  if (!lines) co_return failure(lines.error());
  for (const std::string_view each : *lines) {
    if (const auto right = checked.read(each); !right) {
      co_return std::unexpected("the trail was changed and is not gone on with: " + right.error().text());
    }
    bytes += each.size() + 1;
  }
  co_return result<>();
}

sink::result<> database_sink::append(std::string_view lines) {
  if (!split(lines)) return std::unexpected(std::string("a line cannot be read again"));
  database_.clear();
  if (unsure_) {
    const auto& [stream, sequence, kind, id, txn, line] = rows_.back();
    const result<presence> found = database_.wait(look_for(database_.data(), sequence, line));
    if (!found) return std::unexpected(found.error());
    if (*found == presence::foreign) {
      return std::unexpected(std::string("another process writes this trail; each has a name of its own (stream)"));
    }
    unsure_ = false;
    if (*found == presence::there) return {};
  }
  const result<> done = database_.wait(insert(database_.data()));
  // The answer may have got lost behind a commit.
  unsure_ = !done;
  return done;
}

bool database_sink::split(std::string_view lines) {
  rows_.clear();
  members_.clear();
  for (std::size_t end; (end = lines.find('\n')) != std::string_view::npos; lines.remove_prefix(end + 1)) {
    const std::string_view text = lines.substr(0, end);
    const auto line = read_line(text);
    const auto members = json::parse<json::value>(text, members_);
    if (!line || !members) return false;
    const bool is_request = line->kind == line_kind::request;
    rows_.emplace_back(stream_, line->sequence, member(*members, "type").value_or(""),
                       is_request ? member(*members, "id") : std::nullopt,
                       is_request ? member(*members, "txn") : std::nullopt, text);
  }
  return !rows_.empty();
}

task<sink::result<>> database_sink::insert(db::database data) {
  const auto all = [this](db::transaction& open) -> task<std::expected<void, db::error>> {
    const auto done = co_await open.execute_each(insert_line, rows_);
    if (!done) co_return std::unexpected(done.error());
    co_return std::expected<void, db::error>();
  };
  const auto committed = co_await data.transaction(all);
  if (!committed) co_return failure(committed.error());
  co_return result<>();
}

task<sink::result<database_sink::presence>> database_sink::look_for(db::database data, std::uint64_t sequence,
                                                                    std::string_view line) {
  const std::string_view stream = stream_;
  const auto found = co_await data.query_one<std::string_view>(one_line, stream, sequence);
  if (!found) co_return failure(found.error());
  if (!*found) co_return presence::missing;
  co_return **found == line ? presence::there : presence::foreign;
}

}  // namespace detail

std::unique_ptr<sink> make_database_sink(const std::string& url) {
  return std::make_unique<detail::database_sink>(url);
}

std::string_view table_sql() noexcept { return detail::table; }

}  // namespace candela::audit
