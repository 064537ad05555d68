#include <candela/core/scope.hpp>
#include <candela/db/database.hpp>
#include <candela/service/detail/database.hpp>
#include <stdexcept>
#include <utility>

namespace candela::detail {

namespace {

// Health knows fewer cases, and shows none of the database's words.
errc health_code(db::errc code) noexcept {
  switch (code) {
    case db::errc::timed_out: return errc::timed_out;
    case db::errc::cancelled: return errc::cancelled;
    case db::errc::overloaded: return errc::busy;
    case db::errc::closed: return errc::closed;
    default: return errc::unavailable;
  }
}

task<std::expected<void, error>> answers(db::driver* asked, cancel_token token) {
  if (asked == nullptr) co_return std::unexpected(error(errc::unavailable));
  const std::expected<void, db::error> answer = co_await db::ping(*asked, token);
  if (!answer) co_return std::unexpected(error(health_code(answer.error().code())));
  co_return std::expected<void, error>();
}

// Where its URL was written.
[[noreturn]] void refuse(const database_plan& plan, const char* why) {
  if (!plan.is_given) plan.url.fail(why);
  throw std::runtime_error(std::string("--db: ") + why);
}

}  // namespace

std::optional<database_plan> read_database(config::reader& root, const std::optional<std::string>& given) {
  if (!root.has("db")) return std::nullopt;
  config::reader section = root.section("db");
  database_plan made;
  made.settings = db::settings::read(section, given.value_or(""));
  made.url = section.get("url");
  made.migrations = db::migration_plan::read(section);
  made.folder = section.get("migrations");
  made.is_given = given.has_value();
  if (given) made.settings.url = *given;
  return made;
}

void check_database(const database_plan& plan) try {
  db::check_source(plan.settings);
  db::check_folder(plan.settings, plan.migrations);
} catch (const std::invalid_argument& wrong) {
  refuse(plan, wrong.what());
} catch (const db::migration_error& wrong) {
  plan.folder.fail(wrong.what());
}

std::unique_ptr<db::source> make_database(const database_plan& plan, metrics::registry& metrics) try {
  return db::make_source(plan.settings, &metrics);
} catch (const std::invalid_argument& wrong) {
  refuse(plan, wrong.what());
}

db::migration_report migrate_database(const database_plan& plan, db::source& own, unsigned worker_index) try {
  if (plan.migrations.mode == db::migration_mode::off) return {};
  // One in memory can only be reached by the source that made it.
  if (plan.settings.url == "sqlite::memory:") return db::migrate(own, plan.migrations, worker_index);
  const std::unique_ptr<db::source> patient = db::make_source(db::patient(plan.settings));
  return db::migrate(*patient, plan.migrations, worker_index);
} catch (const std::bad_expected_access<db::error>& failed) {
  throw std::runtime_error("the database cannot be migrated: " + failed.error().text());
}

void prepare_database(db::source& from, const database_work& work, unsigned worker_index) try {
  net::worker worker(worker_index);
  const std::unique_ptr<db::driver> driver = from.open(worker);
  arena memory;
  db::database data(*driver, memory);
  scope running;
  running.spawn(work(data));
  const auto end = [](void* loop) noexcept { static_cast<net::loop*>(loop)->stop(); };
  if (!running.join(end, &worker.loop())) worker.loop().run();
  running.rethrow_error();
} catch (const std::bad_expected_access<db::error>& failed) {
  throw std::runtime_error("the database is not ready for this service: " + failed.error().text());
}

void database_check::watch(health_registry& health, lookup find) {
  const bool first = find_ == nullptr;
  find_ = std::move(find);
  if (!first) return;
  health.add("database", [this](net::worker& worker, cancel_token token) { return answers(find_(worker), token); });
}

}  // namespace candela::detail
