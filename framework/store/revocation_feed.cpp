#include <candela/store/revocation_feed.hpp>

#include <sys/stat.h>

#include <array>
#include <atomic>
#include <candela/core/log.hpp>
#include <candela/store/detail/redis_set.hpp>
#include <condition_variable>
#include <exception>
#include <expected>
#include <fstream>
#include <iterator>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <thread>
#include <utility>

namespace candela::store {

namespace {

using namespace std::chrono_literals;

constexpr std::uintmax_t most_file_bytes = std::uintmax_t{256} * 1024 * 1024;

/// What tells a file that was changed or replaced; nothing when there is none.
using file_look = std::optional<std::array<long long, 5>>;

file_look look_at(const std::filesystem::path& file) noexcept {
  struct stat found{};
  if (stat(file.c_str(), &found) != 0) return std::nullopt;
  return std::array<long long, 5>{static_cast<long long>(found.st_dev), static_cast<long long>(found.st_ino),
                                  static_cast<long long>(found.st_size), found.st_mtim.tv_sec, found.st_mtim.tv_nsec};
}

std::expected<std::string, std::string> read_file(const std::filesystem::path& file) {
  std::error_code wrong;
  if (std::filesystem::file_size(file, wrong) > most_file_bytes && !wrong) return std::unexpected("it is too large");
  std::ifstream from(file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(from), {}};
  if (!from) return std::unexpected("it cannot be read");
  return text;
}

std::chrono::milliseconds milliseconds(config::reader& section, std::string_view key,
                                       std::chrono::milliseconds otherwise, config::duration_range allowed) {
  return std::chrono::ceil<std::chrono::milliseconds>(section.duration(key, otherwise, allowed));
}

}  // namespace

revocation_settings revocation_settings::read(config::reader section, const settings& store) {
  revocation_settings into;
  into.file = section.path("file", into.file);
  into.redis_set = section.string("redis_set", "");
  into.every = milliseconds(section, "every", into.every, {10ms, 1h});
  into.max_age = milliseconds(section, "max_age", into.max_age, {100ms, 24h});
  into.trusts_old = section.choose<bool>("when_too_old", {{"deny", false}, {"allow", true}}, into.trusts_old);
  into.max_entries = section.integer<std::size_t>("max_entries", into.max_entries, {1, 100'000'000});
  if (into.file.empty() && into.redis_set.empty()) {
    // A misspelt key is the likeliest reason.
    section.finish();
    section.map().fail("a list comes from a file or a redis_set");
  }
  if (!into.redis_set.empty() && store.redis.empty()) {
    section.get("redis_set").fail("there is no Redis to ask; store.redis says where one is");
  }
  if (into.max_age < into.every) section.get("max_age").fail("a list is not looked at more often than it gets too old");
  return into;
}

struct revocation_feed::state {
  state(const revocation_settings& asked, const settings& store) : chosen(asked) {
    if (!chosen.redis_set.empty()) set.emplace(store, chosen.redis_set);
  }

  struct listener {
    std::shared_ptr<net::mailbox> posting;
    std::shared_ptr<revocations> view;
  };

  std::expected<void, std::string> look_at_file();
  std::expected<void, std::string> look_at_set();
  std::expected<void, std::string> look();
  void rebuild();
  void publish(bool complete);
  void run(const std::stop_token& ended);
  void report(const std::expected<void, std::string>& good);

  const revocation_settings chosen;
  std::optional<redis_set> set;
  file_look seen;       // the file that `lines` were read from
  file_look shorter;    // one that has less, and may still be written
  std::string lines;    // of the file, as they were good
  std::string members;  // of the set, a line each
  bool is_changed = true;
  std::shared_ptr<const revocation_list> list;
  std::vector<listener> listeners;
  std::atomic<std::size_t> entries = 0;
  std::atomic<std::uint64_t> looks = 0;
  std::atomic<std::uint64_t> failures = 0;
  std::string complaint;  // the last one; told once
  std::mutex guard;
  std::condition_variable_any wake;
  std::jthread thread;
};

// What is being written is wrong or changes again: the next look finds what it has become.
std::expected<void, std::string> revocation_feed::state::look_at_file() {
  if (chosen.file.empty()) return {};
  const file_look now = look_at(chosen.file);
  if (now && now == seen) return {};
  const std::string name = chosen.file.string();
  auto text = read_file(chosen.file);
  if (!text) return std::unexpected(name + ": " + text.error());
  revocation_list_builder tried(chosen.max_entries);
  if (auto good = tried.add_lines(*text); !good) return std::unexpected(name + ": " + good.error());
  if (text->size() < lines.size() && std::exchange(shorter, now) != now) return {};
  is_changed = is_changed || lines != *text;
  lines = std::move(*text);
  seen = now;
  return {};
}

std::expected<void, std::string> revocation_feed::state::look_at_set() {
  if (!set) return {};
  auto found = set->members();
  if (!found) return std::unexpected(chosen.redis_set + ": " + found.error());
  std::string fresh;
  revocation_list_builder tried(chosen.max_entries);
  for (std::size_t i = 0; i != (*found)->elements; ++i) {
    const redisReply& member = *(*found)->element[i];
    const std::string_view entry(member.str, member.len);
    auto good = tried.add(entry);
    if (good && entry.find('\n') != std::string_view::npos) good = std::unexpected("an entry is one line");
    if (!good) return std::unexpected(chosen.redis_set + ": " + good.error());
    fresh.append(entry) += '\n';
  }
  is_changed = is_changed || members != fresh;
  members = std::move(fresh);
  return {};
}

// Each keeps its last good part, whatever the other one says; only both together make a list that is up to date.
// Memory may be missing for a long list: then it stays as it is.
std::expected<void, std::string> revocation_feed::state::look() try {
  auto file = look_at_file();
  auto members_read = look_at_set();
  if (std::exchange(is_changed, false)) rebuild();
  return file ? members_read : file;
} catch (const std::exception& thrown) {
  is_changed = true;
  return std::unexpected(std::string(thrown.what()));
}

void revocation_feed::state::rebuild() {
  revocation_list_builder made(2 * chosen.max_entries);
  static_cast<void>(made.add_lines(lines));
  static_cast<void>(made.add_lines(members));
  list = std::make_shared<const revocation_list>(std::move(made).build());
  entries.store(list->size(), std::memory_order_relaxed);
}

void revocation_feed::state::publish(bool complete) {
  for (const listener& each : listeners) {
    each.posting->post([view = each.view, fresh = list, complete] { view->use(fresh, complete); });
  }
}

// Of each reason once, and of its end.
void revocation_feed::state::report(const std::expected<void, std::string>& good) {
  if (!good) failures.fetch_add(1, std::memory_order_relaxed);
  const std::string before = std::exchange(complaint, good ? std::string() : good.error());
  if (complaint == before) return;
  if (good) {
    log::info("the list of what is revoked is up to date again");
  } else {
    log::error("the list of what is revoked stays as it is", log::field("why", complaint));
  }
}

void revocation_feed::state::run(const std::stop_token& ended) {
  std::unique_lock inside(guard);
  while (!ended.stop_requested()) {
    const auto good = look();
    publish(good.has_value());
    looks.fetch_add(1, std::memory_order_release);
    report(good);
    wake.wait_for(inside, ended, chosen.every, [] { return false; });
  }
}

revocation_feed::revocation_feed(const revocation_settings& chosen, const settings& store, metrics::registry* metrics)
    : state_(std::make_unique<state>(chosen, store)) {
  if (const auto good = state_->look_at_file(); !good) throw std::invalid_argument(good.error());
  if (metrics == nullptr) return;
  metrics->computed_gauge("candela_revocations_entries", "What the list of what is revoked has.", {},
                          [of = state_.get()] { return static_cast<double>(of->entries.load()); });
  metrics->computed_counter("candela_revocations_looks_total", "Looks at the list whose outcome every worker was told.",
                            {}, [of = state_.get()] { return static_cast<double>(of->looks.load()); });
  metrics->computed_counter("candela_revocations_failed_total", "Looks at the list that found nothing to use.", {},
                            [of = state_.get()] { return static_cast<double>(of->failures.load()); });
}

revocation_feed::~revocation_feed() = default;

revocations& revocation_feed::view(net::worker& worker) {
  const std::lock_guard inside(state_->guard);
  auto made = std::make_shared<revocations>(worker.time(), state_->chosen.max_age, state_->chosen.trusts_old);
  // With a set, what it has is not known yet.
  if (!state_->set) {
    if (std::exchange(state_->is_changed, false)) state_->rebuild();
    made->use(state_->list, true);
  }
  state_->listeners.push_back({worker.loop().posting(), made});
  return *made;
}

void revocation_feed::start() {
  state_->thread = std::jthread([of = state_.get()](const std::stop_token& ended) { of->run(ended); });
}

}  // namespace candela::store
