#include <candela/store/revocation_feed.hpp>

#include <doctest/doctest.h>

#include <candela/config/error.hpp>
#include <candela/config/parse.hpp>
#include <candela/net/sleep.hpp>
#include <csignal>
#include <fstream>
#include <functional>
#include <stdexcept>

#include "tests/middleware/log_file.hpp"
#include "tests/store/redis_server.hpp"
#include "tests/store/redis_worker.hpp"

using namespace candela;
using namespace candela::testing;
using namespace std::chrono_literals;
using store::revocable;
using store::revocation_answer;

namespace {

/// A file that is replaced as a whole, and a feed that looks at it often.
class fed {
 public:
  fed() {
    chosen.file = folder_ / "revoked.txt";
    chosen.every = 10ms;
    chosen.max_age = 60s;
    write("jti:first\n");
  }
  ~fed() {
    feed_.reset();
    std::filesystem::remove_all(folder_);
  }

  void write(std::string_view text) {
    std::ofstream(folder_ / "fresh") << text;
    std::filesystem::rename(folder_ / "fresh", folder_ / "revoked.txt");
  }
  const store::revocations& start(const store::settings& store = {}) {
    feed_ = std::make_unique<store::revocation_feed>(chosen, store, &metrics);
    const store::revocations& view = feed_->view(worker);
    feed_->start();
    return view;
  }
  // Runs the loop until that is so.
  void until(const std::function<bool()>& is_so) {
    worker.time().update();
    net::timer patience(worker.timers(), [](net::timer&) { FAIL("the list has not changed in a minute"); });
    patience.arm(worker.time().steady() + 60s);
    task<void> waiting = wait(is_so);
    const bool ended =
        waiting.start([](void* loop) noexcept { static_cast<net::loop*>(loop)->stop(); }, &worker.loop());
    if (!ended) worker.loop().run();
    waiting.result();
  }
  [[nodiscard]] std::string metrics_text() const {
    std::string text;
    metrics.render(text);
    return text;
  }

  net::worker worker{0};
  metrics::registry metrics;
  store::revocation_settings chosen;

 private:
  // The list comes by the loop: nobody is told that it has.
  task<void> wait(const std::function<bool()>& is_so) {
    while (!is_so()) static_cast<void>(co_await net::sleep_for(worker, 2ms));
  }

  std::filesystem::path folder_ = make_folder();
  static std::filesystem::path make_folder() {
    std::string name = (std::filesystem::temp_directory_path() / "candela-revoked-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    return name;
  }
  std::unique_ptr<store::revocation_feed> feed_;
};

std::string refusal_of(const std::string& text, const store::settings& store = {}) {
  try {
    const config::reader section(config::parse_text(text, "service.yml"));
    static_cast<void>(store::revocation_settings::read(section, store));
    section.finish();
    return "accepted";
  } catch (const config::error& wrong) {
    return wrong.what();
  }
}

}  // namespace

TEST_CASE("a file is read at once, and again when it changes") {
  fed list;
  const store::revocations& view = list.start();
  CHECK(view.ask(revocable::id, "first") == revocation_answer::revoked);
  CHECK(view.ask(revocable::id, "second") == revocation_answer::good);
  list.write("jti:first\njti:second\n");
  list.until([&] { return view.ask(revocable::id, "second") == revocation_answer::revoked; });
  list.write("jti:second\n");
  list.until([&] { return view.ask(revocable::id, "first") == revocation_answer::good; });
  CHECK(view.ask(revocable::id, "second") == revocation_answer::revoked);
}

TEST_CASE("a file that is broken keeps the last good list and is counted") {
  fed list;
  const store::revocations& view = list.start();
  list.write("jti:first\njti:second\nwhat is this\n");
  list.until([&] { return list.metrics_text().find("candela_revocations_failed_total 0") == std::string::npos; });
  CHECK(view.ask(revocable::id, "first") == revocation_answer::revoked);
  CHECK(view.ask(revocable::id, "second") == revocation_answer::good);
  list.write("jti:second\njti:first\n");
  list.until([&] { return view.ask(revocable::id, "second") == revocation_answer::revoked; });
  std::filesystem::remove(list.chosen.file);
  list.until([&] { return view.is_old() || view.ask(revocable::id, "second") == revocation_answer::revoked; });
  CHECK(view.ask(revocable::id, "first") == revocation_answer::revoked);
}

TEST_CASE("that a list cannot be read is logged once, and that it can again") {
  const log_file log;
  fed list;
  const store::revocations& view = list.start();
  list.write("what is this\n");
  const auto failed_often = [&] {
    const std::string text = list.metrics_text();
    const std::string_view name = "\ncandela_revocations_failed_total ";
    return std::stoi(text.substr(text.find(name) + name.size())) > 3;
  };
  list.until(failed_often);
  CHECK(log.lines() == 1);
  CHECK(log.has("the list of what is revoked stays as it is"));
  list.write("jti:second\n");
  list.until([&] { return view.ask(revocable::id, "second") == revocation_answer::revoked; });
  list.until([&] { return log.lines() == 2; });
  CHECK(log.has("the list of what is revoked is up to date again"));
}

TEST_CASE("a list whose file is gone for long denies") {
  fed list;
  list.chosen.max_age = 100ms;
  const store::revocations& view = list.start();
  std::filesystem::remove(list.chosen.file);
  list.until([&] { return view.is_old(); });
  CHECK(view.ask(revocable::id, "anything") == revocation_answer::unknown);
  CHECK(view.ask(revocable::id, "first") == revocation_answer::revoked);
  list.write("jti:first\n");
  list.until([&] { return !view.is_old(); });
}

TEST_CASE("a service does not start on a file that cannot be read or is wrong") {
  fed list;
  list.write("nonsense");
  CHECK_THROWS_AS(list.start(), std::invalid_argument);
  std::filesystem::remove(list.chosen.file);
  CHECK_THROWS_AS(list.start(), std::invalid_argument);
}

TEST_CASE("a set in Redis feeds the list as well, and one that cannot be asked makes it too old") {
  redis_server server;
  const store::settings store = patient_settings(server.url());
  const auto say = [&](std::string words) {
    words = "redis-cli -s " + (server.folder() / "socket").string() + " " + words + " > /dev/null";
    REQUIRE(std::system(words.c_str()) == 0);
  };
  fed list;
  list.chosen.redis_set = "revoked";
  list.chosen.max_age = 500ms;
  std::signal(SIGPIPE, SIG_DFL);
  const store::revocations& view = list.start(store);
  list.until([&] { return view.ask(revocable::subject, "ada") == revocation_answer::good; });
  CHECK(view.ask(revocable::id, "first") == revocation_answer::revoked);
  say("SADD revoked sub:ada kid:k1");
  list.until([&] { return view.ask(revocable::subject, "ada") == revocation_answer::revoked; });
  CHECK(view.ask(revocable::key, "k1") == revocation_answer::revoked);
  say("SREM revoked sub:ada");
  list.until([&] { return view.ask(revocable::subject, "ada") == revocation_answer::good; });
  // The feed writes to a connection that is broken.
  server.kill();
  list.until([&] { return view.is_old(); });
  CHECK(view.ask(revocable::subject, "ada") == revocation_answer::unknown);
  CHECK(view.ask(revocable::key, "k1") == revocation_answer::revoked);
  // The file goes on to revoke meanwhile.
  list.write("jti:first\njti:second\n");
  list.until([&] { return view.ask(revocable::id, "second") == revocation_answer::revoked; });
  server.start();
  list.until([&] { return !view.is_old(); });
  CHECK(view.ask(revocable::key, "k1") == revocation_answer::good);
}

TEST_CASE("a wrong section is refused at its place") {
  CHECK(refusal_of("file: a") == "accepted");
  CHECK(refusal_of("").find("a file or a redis_set") != std::string::npos);
  CHECK(refusal_of("redis_set: a").find("there is no Redis to ask") != std::string::npos);
  store::settings store;
  store.redis = "redis://cache";
  CHECK(refusal_of("redis_set: a", store) == "accepted");
  CHECK(refusal_of("file: a\nevery: 1m\nmax_age: 30s").find("not looked at more often") != std::string::npos);
  CHECK(refusal_of("file: a\nwhen_too_old: shrug").find("deny") != std::string::npos);
  CHECK(refusal_of("file: a\nsub: b").find("unknown key") != std::string::npos);
}
