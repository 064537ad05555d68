#include <algorithm>
#include <candela/core/when.hpp>
#include <candela/net/sleep.hpp>
#include <candela/server/health_registry.hpp>
#include <stdexcept>
#include <utility>
#include <variant>

namespace candela {

namespace {

using outcome = std::expected<void, error>;

std::int64_t milliseconds_now(net::worker& worker) noexcept {
  using std::chrono::milliseconds;
  return std::chrono::duration_cast<milliseconds>(worker.time().steady().time_since_epoch()).count();
}

// An answer and its time in one word, so that they are read and written together; 0 for none yet.
constexpr unsigned code_bits = 8;
constexpr std::uint64_t asked_bit = 1 << (code_bits - 1);

std::uint64_t pack(std::int64_t at_ms, std::optional<errc> reason) noexcept {
  const auto code = reason ? static_cast<std::uint64_t>(*reason) : 0;
  return static_cast<std::uint64_t>(at_ms) << code_bits | asked_bit | code;
}

std::int64_t time_of(std::uint64_t packed) noexcept { return static_cast<std::int64_t>(packed) >> code_bits; }

std::optional<errc> reason_of(std::uint64_t packed) noexcept {
  const std::uint64_t code = packed & (asked_bit - 1);
  return code == 0 ? std::nullopt : std::optional(static_cast<errc>(code));
}

task<outcome> call(const health_registry::check& asked, net::worker& worker, cancel_token token) {
  try {
    task<outcome> running = asked(worker, token);
    outcome answer = co_await running;
    co_return answer;
  } catch (...) {
  }
  co_return std::unexpected(error(errc::internal));
}

task<outcome> expire(net::worker& worker, std::chrono::milliseconds after, cancel_token token) {
  static_cast<void>(co_await net::sleep_for(worker, after, token));
  co_return std::unexpected(error(errc::timed_out));
}

task<outcome> call_in_time(const health_registry::check& asked, std::chrono::milliseconds timeout, net::worker& worker,
                           cancel_token token) {
  cancel_source race(token);
  task<outcome> answering = call(asked, worker, race.token());
  task<outcome> expiring = expire(worker, timeout, race.token());
  auto first = co_await when_any(race, std::move(answering), std::move(expiring));
  co_return first.index() == 0 ? std::get<0>(std::move(first)) : std::get<1>(std::move(first));
}

}  // namespace

struct health_registry::entry {
  std::string name;
  check asked;
  health_check_options options;
  std::atomic<std::uint64_t> last = 0;
  std::atomic<bool> busy = false;
};

health_registry::health_registry() = default;
health_registry::~health_registry() = default;

void health_registry::add(std::string name, check asked, health_check_options options) {
  const auto same = [&](const auto& each) { return each->name == name; };
  if (name.empty() || std::ranges::any_of(entries_, same)) {
    throw std::invalid_argument("a health check has a name of its own: '" + name + "'");
  }
  auto made = std::make_unique<entry>();
  made->name = std::move(name);
  made->asked = std::move(asked);
  made->options = options;
  entries_.push_back(std::move(made));
}

task<health_report> health_registry::ask_one(entry& asked, net::worker& worker, cancel_token token) {
  const std::uint64_t last = asked.last.load(std::memory_order_relaxed);
  const bool fresh = last != 0 && milliseconds_now(worker) - time_of(last) < asked.options.fresh_for.count();
  if (fresh) co_return health_report{asked.name, reason_of(last)};
  const bool mine = !asked.busy.exchange(true, std::memory_order_relaxed);
  if (!mine && last != 0) co_return health_report{asked.name, reason_of(last)};
  struct turn {
    std::atomic<bool>* busy;
    ~turn() {
      if (busy != nullptr) busy->store(false, std::memory_order_relaxed);
    }
  };
  const turn held{mine ? &asked.busy : nullptr};
  const outcome answer = co_await call_in_time(asked.asked, asked.options.timeout, worker, token);
  const std::optional<errc> reason = answer ? std::nullopt : std::optional(answer.error().code);
  // Whoever asked has gone: that says nothing about the dependency.
  if (!token.cancelled()) asked.last.store(pack(milliseconds_now(worker), reason), std::memory_order_relaxed);
  co_return health_report{asked.name, reason};
}

task<std::vector<health_report>> health_registry::ask(net::worker& worker, cancel_token token) {
  std::vector<task<health_report>> questions;
  questions.reserve(entries_.size());
  for (const auto& each : entries_) questions.push_back(ask_one(*each, worker, token));
  std::vector<health_report> reports = co_await when_all(std::move(questions));
  co_return reports;
}

}  // namespace candela
