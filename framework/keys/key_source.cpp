#include <algorithm>
#include <atomic>
#include <candela/core/log.hpp>
#include <candela/core/secret.hpp>
#include <candela/keys/detail/key_document.hpp>
#include <candela/keys/key_source.hpp>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

namespace candela::keys {

namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

std::atomic<std::uint64_t> last_epoch{0};

// One document and how long its sender lets it be kept.
struct document {
  jose::secret_bytes text;
  std::optional<std::chrono::seconds> max_age;
};

jose::secret_bytes bytes_of(const std::string& text) { return jose::secret_bytes(std::as_bytes(std::span(text))); }

}  // namespace

struct key_source::state {
  state(key_source_options wanted, net::lanes& with) : options(std::move(wanted)), lanes(with) {
    refresh = options.refresh.value_or(options.remote() ? milliseconds(10min) : milliseconds(2s));
    cooldown = options.cooldown.value_or(options.remote() ? milliseconds(30s) : milliseconds(1s));
  }

  [[nodiscard]] std::expected<document, std::string> get() const;
  [[nodiscard]] bool can_use(const jose::key_set& keys) const noexcept;
  void complain(const std::string& why);
  // Both with the mutex held.
  void confirm(clock::steady_time begun, std::optional<std::chrono::seconds> max_age);
  void take(jose::key_set keys, jose::secret_bytes of);

  const key_source_options options;
  net::lanes& lanes;
  milliseconds refresh;
  milliseconds cooldown;
  std::unique_ptr<const fetcher> remote;  // null for a file

  struct counts {
    std::atomic<std::uint64_t> changed{0};
    std::atomic<std::uint64_t> unchanged{0};
    std::atomic<std::uint64_t> failed{0};
    std::atomic<std::uint64_t> keys{0};
  };
  const std::shared_ptr<counts> counted = std::make_shared<counts>();

  mutable std::mutex mutex;  // guards all below
  key_news current;
  jose::secret_bytes text;  // that the snapshot was made of
  bool looking = false;
  bool for_more = false;                             // the look under way was asked for by an unknown id
  std::optional<clock::steady_time> fruitless_look;  // the last of those that brought nothing
  std::string complaint;                             // the last one that was logged
  std::vector<std::weak_ptr<told>> subscribers;
};

std::expected<document, std::string> key_source::state::get() const {
  if (remote == nullptr) {
    auto content = detail::read_document(options.location);
    if (!content) return std::unexpected(std::move(content).error());
    return document{std::move(*content), {}};
  }
  const std::expected<fetched, error> answer = remote->fetch({.accept = "application/jwk-set+json, application/json"});
  if (!answer) return std::unexpected(answer.error().text());
  return document{bytes_of(answer->body), answer->max_age};
}

// What a sender publishes counts whatever it is: keys that it has taken back are good no more. A file is somebody's
// mistake then.
bool key_source::state::can_use(const jose::key_set& keys) const noexcept {
  return remote != nullptr || options.verifies.empty() || keys.has_verifier(options.verifies);
}

std::shared_ptr<key_source> key_source::shared(const key_source_options& wanted, net::lanes& lanes,
                                               metrics::registry& metrics) {
  // Start-up and reload only; requests never come here.
  static std::mutex mutex;
  static std::vector<std::weak_ptr<key_source>> known;
  const std::lock_guard lock(mutex);
  std::erase_if(known, [](const auto& each) { return each.expired(); });
  for (const std::weak_ptr<key_source>& each : known) {
    std::shared_ptr<key_source> found = each.lock();
    if (found != nullptr && found->options() == wanted && &found->state_->lanes == &lanes) return found;
  }
  auto made = std::make_shared<key_source>(wanted, lanes);
  made->export_metrics(metrics);
  known.push_back(made);
  return made;
}

key_source::key_source(key_source_options wanted, net::lanes& lanes)
    : state_(std::make_unique<state>(std::move(wanted), lanes)) {
  state& self = *state_;
  if (self.options.remote()) {
    auto from = url::parse(self.options.location);
    if (!from) throw std::runtime_error(self.options.location + ": " + from.error());
    if (!from->secure && !from->is_loopback() && !self.options.plain_http)
      throw std::runtime_error(self.options.location + ": keys come over https, or from this machine");
    self.remote = std::make_unique<const fetcher>(std::move(*from), self.options.fetch);
    return;
  }
  look(std::chrono::steady_clock::time_point());
  if (self.current.snapshot == nullptr) throw std::runtime_error(self.options.location + ": " + self.complaint);
}

key_source::~key_source() = default;

const key_source_options& key_source::options() const noexcept { return state_->options; }

key_news key_source::news() const {
  const std::lock_guard lock(state_->mutex);
  return state_->current;
}

void key_source::subscribe(const std::weak_ptr<told>& who) {
  const std::lock_guard lock(state_->mutex);
  std::erase_if(state_->subscribers, [](const auto& each) { return each.expired(); });
  state_->subscribers.push_back(who);
}

void key_source::look_if_due(clock::steady_time now, net::loop& home) {
  {
    const std::lock_guard lock(state_->mutex);
    if (state_->looking || now < state_->current.next_look) return;
    state_->looking = true;
    state_->for_more = false;
  }
  start(now, home);
}

bool key_source::look_for_more(clock::steady_time now, net::loop& home) {
  {
    state& self = *state_;
    const std::lock_guard lock(self.mutex);
    if (self.looking) return true;
    if (self.fruitless_look && now < *self.fruitless_look + self.cooldown) return false;
    self.looking = self.for_more = true;
  }
  start(now, home);
  return true;
}

void key_source::start(clock::steady_time now, net::loop& home) {
  auto work = [self = shared_from_this(), now] {
    self->look(now);
    self->end_look(now);
  };
  // A lane that takes it no more ends it here: whoever waits must be told.
  auto dropped = [self = shared_from_this(), now](const std::expected<void, error>& ended) {
    if (!ended) self->end_look(now);
  };
  if (!state_->lanes.files.submit(std::move(work), home, std::move(dropped))) end_look(now);
}

// On a thread of a lane, or at the start of the service. Only one looks at a time, and only who looks changes the text
// and the snapshot.
void key_source::look(clock::steady_time begun) {
  state& self = *state_;
  std::expected<document, std::string> got = self.get();
  if (!got) return self.complain(got.error());
  std::optional<jose::key_set> fresh;
  if (self.current.snapshot == nullptr || !equal_secrets(got->text, self.text)) {
    std::expected<jose::key_set, std::string> keys = detail::keys_of(got->text.text(), self.options.remote());
    if (!keys) return self.complain(keys.error());
    if (!self.can_use(*keys)) return self.complain("no key in it fits one of the algorithms that are accepted");
    fresh = std::move(*keys);
  }
  const std::lock_guard lock(self.mutex);
  self.confirm(begun, got->max_age);
  ++(fresh ? self.counted->changed : self.counted->unchanged);
  if (fresh) self.take(std::move(*fresh), std::move(got->text));
}

void key_source::state::complain(const std::string& why) {
  const std::lock_guard lock(mutex);
  ++counted->failed;
  // A file that gives no keys at the start is told by who wanted them.
  const bool is_thrown = current.snapshot == nullptr && !options.remote();
  if (complaint != why && !is_thrown) {
    log::warn("keys cannot be renewed", log::field("source", options.location), log::field("why", why));
  }
  complaint = why;
}

void key_source::state::confirm(clock::steady_time begun, std::optional<std::chrono::seconds> max_age) {
  complaint.clear();
  ++current.change;
  current.confirmed = begun;
  const milliseconds wanted = max_age ? milliseconds(*max_age) : refresh;
  current.next_look = begun + std::clamp(wanted, std::min(cooldown, refresh), refresh);
}

void key_source::state::take(jose::key_set keys, jose::secret_bytes of) {
  counted->keys = keys.keys().size();
  text = std::move(of);
  for_more = false;
  fruitless_look.reset();
  log::info("keys are in use", log::field("source", options.location), log::field("keys", keys.keys().size()));
  current.snapshot = std::make_shared<const key_snapshot>(++last_epoch, std::move(keys));
}

void key_source::end_look(clock::steady_time begun) {
  state& self = *state_;
  std::vector<std::weak_ptr<told>> subscribers;
  key_news news;
  {
    const std::lock_guard lock(self.mutex);
    self.looking = false;
    ++self.current.change;
    if (std::exchange(self.for_more, false)) self.fruitless_look = begun;
    // Nothing was had: the next try comes sooner than the next look would.
    if (self.current.next_look <= begun) self.current.next_look = begun + std::min(self.cooldown, self.refresh);
    subscribers = self.subscribers;
    news = self.current;
  }
  for (const std::weak_ptr<told>& each : subscribers) {
    if (const auto who = each.lock()) (*who)(news);
  }
}

void key_source::export_metrics(metrics::registry& metrics) {
  const std::string& source = state_->options.location;
  const std::shared_ptr<state::counts> counted = state_->counted;
  const auto add = [&](const char* result, std::atomic<std::uint64_t> state::counts::* count) {
    metrics.computed_counter("key_source_looks_total", "Looks at where keys come from, by what they brought.",
                             {{"source", source}, {"result", result}},
                             [counted, count] { return static_cast<double>(((*counted).*count).load()); });
  };
  add("changed", &state::counts::changed);
  add("unchanged", &state::counts::unchanged);
  add("failed", &state::counts::failed);
  metrics.computed_gauge("key_source_keys", "Keys in use.", {{"source", source}},
                         [counted] { return static_cast<double>(counted->keys.load()); });
}

}  // namespace candela::keys
