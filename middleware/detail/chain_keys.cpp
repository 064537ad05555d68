#include "middleware/detail/chain_keys.hpp"

#include <algorithm>
#include <candela/core/log.hpp>
#include <candela/custody/kept_records.hpp>
#include <candela/custody/key_book.hpp>
#include <candela/jose/explanation.hpp>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "middleware/detail/file_content.hpp"

namespace candela::middleware::detail {

namespace {

using std::chrono::seconds;

constexpr seconds default_refresh{60};
constexpr custody::seconds_since_epoch never = custody::record_refusal::never;

jose::key_set authorities_of(config::reader& options) {
  const std::expected<jose::key_set, jose::error> keys =
      jose::key_set::from_json(required_content(options, "authorities"));
  if (!keys) options.get("authorities").fail("the keys of authorities: " + jose::text_of(keys.error()));
  return *keys;
}

}  // namespace

struct chain_keys::state : std::enable_shared_from_this<state> {
  state(stage_setup& setup)
      : time(setup.time()),
        loop(setup.worker().loop()),
        lane(setup.lanes().files),
        pace(setup.options().duration("refresh", default_refresh, {seconds(1), std::chrono::hours(24)})),
        keys(custody::key_snapshot(), [this] { read_again(); }),
        refused(setup.metrics().counter_cell("candela_chain_key_records_refused_total",
                                             "Records of keys of services that were not right.",
                                             {{"chain", std::string(setup.chain())}}, setup.worker().index())) {}

  void begin_book(config::reader& options, seconds skew);
  void begin_keeping(config::reader& options) const;

  // What the file says now; why it says nothing.
  std::optional<std::string> take(std::string_view text);
  std::optional<std::string> take_records(std::string_view text);
  [[nodiscard]] bool is_history(const custody::record_refusal& refused_one, std::string_view text) const;
  void offer_again();
  void read_again();
  void end_reading(const std::optional<std::string>& text);
  void keep_later();
  void end_keeping(const error& failed);
  void report(const std::optional<std::string>& wrong) const;

  [[nodiscard]] custody::seconds_since_epoch now() const noexcept {
    return std::chrono::floor<seconds>(time.wall()).time_since_epoch().count();
  }

  clock& time;
  net::loop& loop;
  net::lane& lane;
  std::chrono::nanoseconds pace;
  std::filesystem::path file;
  std::string last;                                   // what the file said
  custody::seconds_since_epoch due = never;           // when something of that is to be looked at once more
  std::optional<custody::key_book> book;              // none: a file that is believed as it stands
  std::shared_ptr<const custody::kept_records> kept;  // null: over a restart nothing is
  bool unkept = false;                                // the book has what is not kept yet
  bool serves = false;                                // somebody has asked
  custody::static_keys keys;
  metrics::counter& refused;
  clock::steady_time read_at{};
  bool reading = false;
};

void chain_keys::state::begin_book(config::reader& options, seconds skew) {
  jose::key_set authorities = authorities_of(options);
  if (options.has("kept_records"))
    kept = std::make_shared<const custody::kept_records>(options.path("kept_records"), authorities);
  book.emplace(std::move(authorities), skew);
  if (kept == nullptr) return;
  const auto foreign = kept->recall(*book);
  if (!foreign) options.get("kept_records").fail(foreign.error().text());
  if (*foreign != 0)
    log::warn("records that were kept are of no authority any more", log::field("file", kept->file().string()),
              log::field("records", *foreign));
}

// A folder that cannot be written to is found out now. A service that is only looked at, or a reload that is refused,
// changes nothing there: the first request has it written.
void chain_keys::state::begin_keeping(config::reader& options) const {
  if (kept == nullptr) return;
  if (const auto able = kept->check(); !able) options.get("kept_records").fail(able.error().text());
}

std::optional<std::string> chain_keys::state::take_records(std::string_view text) {
  std::vector<custody::record_refusal> refusals;
  for (std::string_view left = text; !left.empty();) {
    const std::string_view line = left.substr(0, left.find('\n'));
    left.remove_prefix(std::min(line.size() + 1, left.size()));
    if (line.empty()) continue;
    const auto taken = book->offer(line, now());
    unkept = unkept || taken.value_or(false);
    if (!taken) refusals.push_back(taken.error());
  }
  std::optional<std::string> wrong;
  due = never;
  for (const custody::record_refusal& each : refusals) {
    if (is_history(each, text)) continue;
    refused.add();
    wrong = jose::text_of(each);
    due = std::min(due, each.again);
  }
  if (keys.keys() != book->keys()) keys.replace(book->keys());
  return wrong;
}

// Records may be added to a file whose older ones stay where they are.
bool chain_keys::state::is_history(const custody::record_refusal& refused_one, std::string_view text) const {
  return !refused_one.outdated.empty() && text.contains(book->newest_of(refused_one.outdated));
}

std::optional<std::string> chain_keys::state::take(std::string_view text) {
  // The same keys again would only make verified links unknown.
  if (text == last) return std::nullopt;
  last = text;
  if (book) return take_records(text);
  std::expected<custody::key_snapshot, jose::error> read = custody::key_snapshot::from_json(text);
  if (!read) return jose::text_of(read.error());
  keys.replace(std::make_shared<const custody::key_snapshot>(std::move(*read)));
  return std::nullopt;
}

// The file says the same, and the time of something in it has come.
void chain_keys::state::offer_again() {
  report(take_records(last));
  keep_later();
}

void chain_keys::state::read_again() {
  if (reading) return;
  // What changes while it is read is seen by the look after this one.
  read_at = time.steady();
  const auto text = std::make_shared<std::optional<std::string>>();
  const auto queued = lane.submit([text, name = file] { *text = file_content(name); }, loop,
                                  [text, weak = weak_from_this()](std::expected<void, error> done) {
                                    const std::shared_ptr<state> self = weak.lock();
                                    if (self != nullptr) self->end_reading(done ? *text : std::nullopt);
                                  });
  reading = queued.has_value();
}

void chain_keys::state::end_reading(const std::optional<std::string>& text) {
  reading = false;
  report(text ? take(*text) : "unreadable");
  keep_later();
}

// What cannot be kept is tried again at the next look.
void chain_keys::state::keep_later() {
  if (kept == nullptr || !unkept) return;
  const auto outcome = std::make_shared<std::expected<void, error>>(std::unexpected(error(errc::cancelled)));
  const auto queued =
      lane.submit([outcome, keeper = kept, all = book->newest()] { *outcome = keeper->keep(all); }, loop,
                  [outcome, weak = weak_from_this()](const std::expected<void, error>&) {
                    const std::shared_ptr<state> self = weak.lock();
                    if (self != nullptr && !*outcome) self->end_keeping(outcome->error());
                  });
  unkept = !queued.has_value();
}

void chain_keys::state::end_keeping(const error& failed) {
  unkept = true;
  log::error("records of keys are not kept for a restart", log::field("why", failed.text()));
}

void chain_keys::state::report(const std::optional<std::string>& wrong) const {
  if (!wrong) return;
  const std::int64_t age = book ? book->age(now()).count() : 0;
  log::error("keys of services are kept as they were", log::field("file", file.string()), log::field("why", *wrong),
             log::field("age_seconds", age));
}

chain_keys::chain_keys(stage_setup& setup, seconds skew) : state_(std::make_shared<state>(setup)) {
  config::reader& options = setup.options();
  const bool records = options.has("records");
  const std::string_view option = records ? "records" : "keys";
  if (records && options.has("keys")) options.get("keys").fail("either `keys` or `records`");
  if (!records && options.has("kept_records")) options.get("kept_records").fail("records are kept, not `keys`");
  if (records) state_->begin_book(options, skew);
  state_->file = options.path(option);
  state_->read_at = state_->time.steady();
  if (const auto wrong = state_->take(required_content(options, option)))
    options.get(option).fail(state_->file.string() + ": " + *wrong);
  state_->begin_keeping(options);
}

custody::key_directory& chain_keys::directory() noexcept { return state_->keys; }

void chain_keys::look(clock::steady_time now) {
  if (!std::exchange(state_->serves, true)) state_->keep_later();
  if (state_->due != never && state_->now() >= state_->due) state_->offer_again();
  if (now - state_->read_at >= state_->pace) state_->read_again();
}

}  // namespace candela::middleware::detail
