// candela migrate: brings a database up to what a folder of SQL files says.
#include <candela/command/detail/arguments.hpp>
#include <candela/config/error.hpp>
#include <candela/config/parse.hpp>
#include <candela/db/migrations.hpp>
#include <cstdio>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace candela::command {

namespace {

struct migrate_options {
  std::string config;
  std::string url;
  std::string folder;
  bool check = false;
};

constexpr const char* usual_config = "service.yml";
constexpr const char* usual_folder = "migrations";

// A password belongs into the file, or into a variable that the file names, not onto the command line.
config::node read_section(const migrate_options& given) {
  std::string file = given.config;
  if (file.empty() && std::filesystem::exists(usual_config)) file = usual_config;
  if (file.empty()) return {};
  config::reader root(config::load_file(file));
  return root.get("db");
}

db::migration_report run(const migrate_options& given) {
  config::reader section(read_section(given));
  if (given.url.empty() && !section.has("url")) {
    throw std::runtime_error("no database: name one by --url, or in db.url of service.yml");
  }
  db::settings settings = db::settings::read(section, given.url);
  if (!given.url.empty()) settings.url = given.url;
  db::migration_plan plan = db::migration_plan::read(section);
  if (!given.folder.empty()) plan.folder = given.folder;
  if (plan.folder.empty()) plan.folder = usual_folder;
  plan.mode = given.check ? db::migration_mode::check : db::migration_mode::apply;
  return db::migrate(settings, plan);
}

void show(const db::migration_report& report) {
  for (const std::string& name : report.applied) std::printf("applied %s\n", name.c_str());
  const std::size_t all = report.known + report.applied.size();
  std::printf("the database is up to date: %zu migration%s, %zu of them new\n", all, all == 1 ? "" : "s",
              report.applied.size());
}

}  // namespace

int migrate(arguments given) {
  argument_list takes("candela migrate",
                      "Applies the SQL files of a folder to a database, each once, in the order of their numbers.");
  migrate_options options;
  takes.option("--config", options.config, "the service's configuration; otherwise service.yml, if it is here", "FILE");
  takes.option("--url", options.url, "the database; otherwise db.url of the configuration", "URL");
  takes.option("--folder", options.folder, "the SQL files; otherwise db.migrations, or migrations/", "DIR");
  takes.flag("--check", options.check, "changes nothing, and fails when something is missing");
  if (const auto ended = takes.read(given)) return *ended;
  try {
    show(run(options));
    return success;
  } catch (const std::bad_expected_access<db::error>& failed) {
    std::fprintf(stderr, "candela migrate: %s\n", failed.error().text().c_str());
  } catch (const std::exception& failed) {
    std::fprintf(stderr, "candela migrate: %s\n", failed.what());
  }
  return failure;
}

}  // namespace candela::command
