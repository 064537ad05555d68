#include <candela/audit/trails.hpp>
#include <candela/core/log.hpp>
#include <candela/server/attachment.hpp>
#include <candela/service/detail/banner.hpp>
#include <candela/service/detail/runner.hpp>
#include <candela/store/store.hpp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <thread>
#include <utility>

namespace candela::detail {

namespace {

unsigned worker_count(const server_settings& settings) {
  return settings.workers != 0 ? settings.workers : std::max(1U, std::thread::hardware_concurrency());
}

}  // namespace

runner::runner(service_state& service, composition plan, configuration_source source)
    : service_(service), plan_(std::move(plan)), source_(std::move(source)) {}

runner::~runner() { close_database(); }

server_options runner::options_of_server() {
  const server_settings& settings = plan_.server;
  const auto where = net::address::parse(settings.host, settings.port);
  if (!where)
    throw std::runtime_error("cannot listen on " + settings.host + ": " + where.error() +
                             " (use 127.0.0.1 or ::1, or * for all)");
  if (settings.tls) {
    auto loaded = net::tls_context::load(*settings.tls);
    if (!loaded) refuse_tls_files(settings, loaded.error());
    tls_ = std::move(*loaded);
  }
  server_options options;
  options.endpoints.push_back({*where, tls_});
  options.workers = worker_count(settings);
  options.http = settings.http;
  options.metrics = &metrics_;
  return options;
}

void runner::open() {
  freeze_attachments();
  server_ = std::make_unique<server>(options_of_server());
  if (plan_.database) check_database(*plan_.database);
  open_store();
  for (unsigned i = 0; i != server_->workers(); ++i) {
    server_->use(i, assemble(plan_, tools(i), server_->worker(i)));
  }
}

void runner::prepare() {
  open_database();
  if (!service_.preparations.empty() && database_ == nullptr) {
    throw std::runtime_error("no database is configured (db.url in service.yml)");
  }
  for (const database_work& each : service_.preparations) prepare_database(*database_, each, server_->workers());
  // Their table may be one of those that were just made.
  audit::check_trails();
}

// Not for a service that is only looked at: it makes the file that is missing.
void runner::open_database() {
  if (!plan_.database) return;
  database_ = make_database(*plan_.database, metrics_);
  migrate();
}

void runner::migrate() {
  const db::migration_report done = migrate_database(*plan_.database, *database_, server_->workers());
  for (const std::string& name : done.applied) log::info("the database was migrated", log::field("migration", name));
}

void runner::connect_database() {
  if (database_ == nullptr) return;
  for (unsigned i = 0; i != server_->workers(); ++i) server_->use(i, database_->open(server_->worker(i)));
  database_open_ = true;
  service_.database.watch(service_.facts.health,
                          [this](net::worker& worker) { return server_->dispatcher(worker.index()).database(); });
}

// Stages are given what they ask when they are made.
void runner::open_store() {
  store_ = make_store(plan_.store, metrics_);
  revocations_ = make_revocations(plan_.revocations, plan_.store, metrics_);
  for (unsigned i = 0; i != server_->workers(); ++i) {
    server_->use(i, store_->open(server_->worker(i)));
    if (revocations_ != nullptr) views_.push_back(&revocations_->view(server_->worker(i)));
  }
}

void runner::connect_store() {
  if (revocations_ != nullptr) revocations_->start();
  for (unsigned i = 0; i != server_->workers(); ++i) server_->store(i)->connect();
}

// Behind the loops, whose exchanges have ended, and before the workers are gone, to which its threads report.
void runner::close_database() {
  if (std::exchange(database_open_, false)) database_->shut_down();
}

void runner::check() { open(); }

std::string runner::routes() {
  open();
  return route_list(server_->dispatcher(0).current());
}

int runner::run() {
  open();
  prepare();
  if (auto listening = server_->listen(); !listening) throw std::runtime_error(listening.error());
  log::configure(plan_.log);
  connect_database();
  connect_store();
  watch_signals();
  watch_certificates();
  announce();
  server_->run();
  // Behind the last request, and while the log still takes what they have to say.
  audit::end_trails();
  close_database();
  log::shutdown();
  return 0;
}

void runner::announce() const {
  std::vector<std::string> urls;
  for (const net::address& each : server_->addresses()) urls.push_back(url_of(each, tls_ != nullptr));
  const std::string text =
      banner(service_.facts.name, service_.facts.version, urls, server_->workers(), server_->dispatcher(0).current());
  std::fputs(text.c_str(), stdout);
  std::fflush(stdout);
}

void runner::watch_signals() {
  static constexpr int watched[] = {SIGTERM, SIGINT, SIGHUP};
  signals_.emplace(server_->worker(0).loop(), watched, [this](int number) { on_signal(number); });
}

void runner::watch_certificates() {
  if (tls_ == nullptr) return;
  certificates_.emplace(
      server_->worker(0).loop(), tls_,
      [this](std::shared_ptr<const net::tls_context> fresh) { use_certificates(std::move(fresh)); },
      [](std::string_view why) { log::error("the certificates in use stay", log::field("why", why)); });
}

void runner::use_certificates(std::shared_ptr<const net::tls_context> fresh) {
  if (!fresh->same_certificates(*std::exchange(tls_, fresh))) log::info("new certificates are in use");
  server_->use(0, std::move(fresh));
}

void runner::on_signal(int number) {
  if (number == SIGHUP) return start_reload();
  // Whoever asks twice does not want to wait: no destructor, no flush.
  if (stopping_) std::_Exit(128 + number);
  log::info("stopping", log::field("signal", number));
  shut_down();
}

void runner::shut_down() {
  stopping_ = true;
  service_.facts.health.set_stopping();
  const auto delay = plan_.server.shutdown_delay;
  if (delay.count() == 0) return drain();
  net::worker& first = server_->worker(0);
  delay_.emplace(first.timers(), [](net::timer& fired) { static_cast<pause&>(fired).owner.drain(); }, *this);
  delay_->arm(first.time().steady() + delay);
}

void runner::drain() {
  server_->drain(plan_.server.shutdown_grace, [this](const drain_report& report) {
    if (report.cut != 0) log::warn("connections were cut", log::field("requests_unanswered", report.cut));
    if (report.unjoined != 0) log::warn("handlers did not end", log::field("count", report.unjoined));
    // Work in a lane may hang where nobody can cancel it: from here on a second signal ends the process by itself.
    signals_.reset();
    lanes_.shut_down();
    certificates_.reset();
    server_->stop();
  });
}

}  // namespace candela::detail
