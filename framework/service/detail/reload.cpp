#include <candela/audit/trails.hpp>
#include <candela/core/log.hpp>
#include <candela/service/detail/runner.hpp>
#include <utility>

namespace candela::detail {

namespace {

template <class Plan>
auto settings_of(const std::optional<Plan>& plan) {
  return plan ? std::optional(plan->settings) : std::nullopt;
}

}  // namespace

/// One reload on its way through the workers: each makes its generation on its own thread, and all change over when
/// every one could. Worker 0 decides; each other thread touches only its own place.
class runner::reload {
 public:
  explicit reload(unsigned workers) : made(workers), missing(workers) {}

  composition plan;
  std::vector<std::unique_ptr<generation>> made;  // each place belongs to its worker's thread
  unsigned missing;                               // of worker 0, like the rest
  std::string error;
};

void runner::in_background(std::function<void()> work, std::function<void(const std::string&)> then) {
  const auto outcome = std::make_shared<std::string>();
  auto guarded = [outcome, work = std::move(work)] {
    try {
      work();
    } catch (const std::exception& wrong) {
      *outcome = wrong.what();
    }
  };
  auto ended = [outcome, then](std::expected<void, error> done) { then(done ? *outcome : done.error().text()); };
  const auto started = lanes_.files.submit(std::move(guarded), server_->worker(0).loop(), std::move(ended));
  if (!started) then(started.error().text());
}

void runner::start_reload() {
  if (stopping_) return;
  log::reopen();
  if (reload_ != nullptr) {
    reload_again_ = true;
    return;
  }
  reload_ = std::make_shared<reload>(server_->workers());
  in_background([this, under_way = reload_] { under_way->plan = source_(); },
                [this](const std::string& error) { error.empty() ? build_reload() : end_reload(error); });
}

void runner::build_reload() {
  if (stopping_) return end_reload("the service is stopping");
  server_->on_each([this, under_way = reload_](unsigned index) {
    std::string error;
    try {
      under_way->made[index] = assemble(under_way->plan, tools(index), server_->worker(index));
    } catch (const std::exception& wrong) {
      error = wrong.what();
    }
    server_->worker(0).loop().post([this, under_way, error] {
      if (!error.empty()) under_way->error = error;
      if (--under_way->missing == 0) under_way->error.empty() ? check_reload() : end_reload(under_way->error);
    });
  });
}

// A trail that is new may have a database that is slow to answer.
void runner::check_reload() {
  in_background([] { audit::check_trails(); },
                [this](const std::string& error) { error.empty() ? commit_reload() : end_reload(error); });
}

void runner::commit_reload() {
  // Fresh settings would come with a fresh listening context, which nobody drains.
  if (stopping_) return end_reload("the service is stopping");
  // Last of what is judged: client authorities that are new end the tickets of the old ones' clients.
  try {
    renew_certificates(reload_->plan.server);
  } catch (const std::exception& wrong) {
    return end_reload(wrong.what());
  }
  server_->on_each([this, under_way = reload_](unsigned index) {
    server_->use(index, std::move(under_way->made[index]));
    server_->use(index, under_way->plan.server.http);
  });
  report_what_needs_a_restart(reload_->plan);
  plan_ = reload_->plan;
  // It waits for the log thread, which a worker must not.
  static_cast<void>(lanes_.files.submit([wanted = plan_.log] { log::configure(wanted); }, server_->worker(0).loop(),
                                        [](std::expected<void, error> done) {
                                          if (!done)
                                            log::error("the log stays as it is",
                                                       log::field("why", done.error().text()));
                                        }));
  end_reload({});
}

// With nothing changed unless it succeeds.
void runner::renew_certificates(const server_settings& fresh) {
  if (!certificates_ || !fresh.tls) return;
  auto loaded = certificates_->load_now(*fresh.tls);
  if (!loaded) refuse_tls_files(fresh, loaded.error());
  if (*loaded != tls_) use_certificates(std::move(*loaded));
}

void runner::end_reload(const std::string& error) {
  if (error.empty()) {
    log::info("the configuration was loaded anew");
  } else {
    log::error("the configuration in use stays", log::field("why", error));
    // What other workers made belongs to their threads.
    server_->on_each([under_way = reload_](unsigned index) { under_way->made[index].reset(); });
  }
  reload_.reset();
  if (std::exchange(reload_again_, false)) start_reload();
}

void runner::report_what_needs_a_restart(const composition& fresh) const {
  const server_settings& now = plan_.server;
  const server_settings& next = fresh.server;
  const auto report = [](bool differs, std::string_view what) {
    if (differs) log::warn("takes effect after a restart", log::field("setting", what));
  };
  report(now.host != next.host, "server.host");
  report(now.port != next.port, "server.port");
  report(now.workers != next.workers, "server.workers");
  report(now.tls.has_value() != next.tls.has_value(), "server.tls");
  report(settings_of(plan_.database) != settings_of(fresh.database), "db");
  report(plan_.store.settings != fresh.store.settings, "store");
  report(settings_of(plan_.revocations) != settings_of(fresh.revocations), "revocations");
  report(plan_.plugins != fresh.plugins, "plugins");
}

}  // namespace candela::detail
