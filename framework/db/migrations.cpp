#include <algorithm>
#include <candela/core/scope.hpp>
#include <candela/db/detail/migrator.hpp>
#include <candela/db/migrations.hpp>
#include <chrono>
#include <optional>

namespace candela::db {

migration_plan migration_plan::read(config::reader& section) {
  migration_plan plan;
  const config::node folder = section.get("migrations");
  const config::node mode = section.get("migrate");
  if (folder.is_null()) {
    if (!mode.is_null()) folder.fail("there are no migrations: name their folder in `migrations`");
    return plan;
  }
  plan.folder = section.path("migrations");
  plan.mode = section.choose<migration_mode>(
      "migrate", {{"true", migration_mode::apply}, {"false", migration_mode::off}, {"check", migration_mode::check}},
      migration_mode::apply);
  return plan;
}

task<migration_report> migrate(database data, migration_plan plan) {
  migration_report report;
  if (plan.mode == migration_mode::off) co_return report;
  const std::vector<migration> files = read_migrations(plan.folder, data.dialect());
  std::expected<dedicated, error> own = co_await data.session();
  dedicated& session = own.value();
  // After a failure the lock, and what a file has set, must not go to whoever gets the session next.
  session.mark_altered();
  detail::migrator work(session, data.dialect(), files);
  if (plan.mode == migration_mode::check) {
    report = co_await work.check();
  } else {
    report = co_await work.apply();
  }
  co_return report;
}

migration_report migrate(source& on, const migration_plan& plan, unsigned worker_index) {
  net::worker worker(worker_index);
  const std::unique_ptr<driver> connected = on.open(worker);
  arena memory;
  const database data(*connected, memory);
  task<migration_report> work = migrate(data, plan);
  const auto end = [](void* loop) noexcept { static_cast<net::loop*>(loop)->stop(); };
  if (!work.start(end, &worker.loop())) worker.loop().run();
  return work.result();
}

migration_report migrate(const settings& where, const migration_plan& plan) {
  if (plan.mode == migration_mode::check && is_missing(where)) {
    check_source(where);
    std::vector<std::string> names;
    for (migration& file : read_migrations(plan.folder, dialect::sqlite)) names.push_back(std::move(file.name));
    detail::refuse_missing(names);
    return {};
  }
  const std::unique_ptr<source> own = make_source(patient(where));
  return migrate(*own, plan);
}

void check_folder(const settings& where, const migration_plan& plan) {
  if (plan.mode != migration_mode::off) static_cast<void>(read_migrations(plan.folder, dialect_of(where)));
}

settings patient(settings usual) {
  usual.query_timeout = std::max<std::chrono::milliseconds>(usual.query_timeout, std::chrono::hours(1));
  return usual;
}

}  // namespace candela::db
