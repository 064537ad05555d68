#include <candela/store/redis_source.hpp>

#include <doctest/doctest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <candela/core/cancellation.hpp>
#include <candela/core/when.hpp>
#include <stdexcept>
#include <vector>

#include "tests/store/redis_server.hpp"
#include "tests/store/redis_worker.hpp"

using namespace candela;
using namespace candela::testing;
using namespace std::chrono_literals;
using store::limit;

namespace {

redis_server& shared_server() {
  static redis_server made;
  return made;
}

store::settings shared_settings(const std::string& prefix) {
  store::settings chosen = patient_settings(shared_server().url());
  chosen.prefix = prefix;
  return chosen;
}

// How many of as many uses of one key at once have won.
task<int> spend_at_once(store::worker_store& asked, int times, clock::wall_time expires) {
  int won = 0;
  const auto one = [&]() -> task<void> {
    const store::answer first = co_await asked.spend("contested", expires);
    if (first.value()) ++won;
  };
  std::vector<task<void>> all;
  for (int i = 0; i != times; ++i) all.push_back(one());
  co_await when_all(std::move(all));
  co_return won;
}

/// Another process, which says that it is ready, waits for a word, and ends with a number.
class other_process {
 public:
  template <class Work>
  explicit other_process(Work work) {
    if (pipe(go_.data()) != 0 || pipe(ready_.data()) != 0) throw std::runtime_error("no pipe");
    process_ = fork();
    if (process_ != 0) return;
    char word = 0;
    const auto wait = [&] {
      static_cast<void>(!write(ready_[1], "r", 1));
      static_cast<void>(!read(go_[0], &word, 1));
    };
    _exit(work(wait));
  }
  void await_ready() {
    char word = 0;
    REQUIRE(read(ready_[0], &word, 1) == 1);
  }
  void go() { REQUIRE(write(go_[1], "g", 1) == 1); }
  int result() {
    int status = 0;
    REQUIRE(waitpid(process_, &status, 0) == process_);
    REQUIRE(WIFEXITED(status));
    return WEXITSTATUS(status);
  }
  ~other_process() {
    for (const int each : {go_[0], go_[1], ready_[0], ready_[1]}) close(each);
  }

 private:
  std::array<int, 2> go_{};
  std::array<int, 2> ready_{};
  pid_t process_ = -1;
};

}  // namespace

TEST_CASE("of 64 uses of one key, by two processes that share a Redis, exactly one succeeds") {
  const store::settings chosen = shared_settings("processes:");
  const auto contend = [&](auto wait) {
    redis_worker own(chosen);
    own.wait_until_answered();
    wait();
    return own.run(spend_at_once(own.store(), 32, own.later()));
  };
  other_process first(contend);
  other_process second(contend);
  first.await_ready();
  second.await_ready();
  first.go();
  second.go();
  CHECK(first.result() + second.result() == 1);
}

TEST_CASE("only the first use of a key succeeds in Redis, until it expires") {
  redis_worker one(shared_settings("first:"));
  CHECK(one.spend("a") == true);
  CHECK(one.spend("a") == false);
  CHECK(one.spend(std::string("a\0b", 3)) == true);
  CHECK(one.spend(std::string(store::worker_store::max_key_bytes + 1, 'a')).error() == store::errc::too_large);
  redis_worker other(shared_settings("first:"));
  CHECK(other.spend("a") == false);
  const auto expired = [&]() -> task<store::answer> {
    co_return co_await one.store().spend("fresh", one.worker().time().wall() - 1s);
  };
  CHECK(one.run(expired()) == false);
}

TEST_CASE("a bucket in Redis may be spent at once, by whoever shares it") {
  redis_worker one(shared_settings("bucket:"));
  redis_worker other(shared_settings("bucket:"));
  const limit rule = limit::token_bucket(4, 4h, 4);
  for (const std::uint32_t remaining : {3U, 2U}) {
    CHECK(one.take(rule, "a") == true);
    CHECK(one.left().remaining == remaining);
  }
  CHECK(other.take(rule, "a") == true);
  CHECK(other.left().remaining == 1);
  CHECK(other.take(rule, "a") == true);
  CHECK(one.take(rule, "a") == false);
  CHECK(one.left().remaining == 0);
  CHECK(one.left().retry_after > 59min);
  CHECK(one.left().retry_after <= 1h);
  CHECK(one.left().reset > 3h);
  CHECK(one.left().reset <= 4h);
  CHECK(one.take(rule, "b") == true);
}

TEST_CASE("a bucket in Redis fills again") {
  redis_worker one(shared_settings("filling:"));
  const limit rule = limit::token_bucket(100, 1s, 1);
  CHECK(one.take(rule, "a") == true);
  const auto again = [&]() -> task<store::limit_state> {
    const store::limit_use use{&rule, store::limit_key("a")};
    store::limit_state left;
    for (;;) {
      const store::answer taken = co_await one.store().take(std::span(&use, 1), std::span(&left, 1));
      if (taken.value()) co_return left;
      CHECK(left.retry_after <= 10ms);
      static_cast<void>(co_await net::sleep_for(one.worker(), left.retry_after));
    }
  };
  CHECK(one.run(again()).remaining == 0);
}

TEST_CASE("a window in Redis holds no more than it may, and frees what has grown old") {
  redis_worker one(shared_settings("window:"));
  const limit rule = limit::sliding_window(3, 300ms);
  std::vector<std::chrono::steady_clock::time_point> taken;
  const auto take_many = [&]() -> task<void> {
    const store::limit_use use{&rule, store::limit_key("a")};
    store::limit_state left;
    while (taken.size() != 9) {
      const auto asked_at = std::chrono::steady_clock::now();
      const store::answer one_more = co_await one.store().take(std::span(&use, 1), std::span(&left, 1));
      if (one_more.value()) {
        taken.push_back(asked_at);
      } else {
        CHECK(left.retry_after > 0ns);
        static_cast<void>(co_await net::sleep_for(one.worker(), left.retry_after));
      }
    }
  };
  one.run(take_many());
  // By two clocks: ours is read before a question, the server's when it comes to it.
  for (std::size_t i = 3; i != taken.size(); ++i) CHECK(std::chrono::steady_clock::now() - taken[i - 3] >= 300ms);
  CHECK(taken[8] - taken[2] >= 500ms);
}

TEST_CASE("of several limits in Redis every one is honoured, and a refused use takes from none") {
  redis_worker one(shared_settings("several:"));
  const limit narrow = limit::sliding_window(2, 1h);
  const limit wide = limit::token_bucket(5, 5h, 5);
  const std::array<store::limit_use, 2> uses{store::limit_use{&narrow, store::limit_key("n")},
                                             store::limit_use{&wide, store::limit_key("w")}};
  std::array<store::limit_state, 2> left;
  const auto take = [&]() -> task<store::answer> { co_return co_await one.store().take(uses, left); };
  CHECK(one.run(take()) == true);
  CHECK(one.run(take()) == true);
  CHECK(left[0].remaining == 0);
  CHECK(left[1].remaining == 3);
  for (int i = 0; i != 3; ++i) CHECK(one.run(take()) == false);
  CHECK(left[0].retry_after > 59min);
  CHECK(left[1].retry_after == 0ns);
  CHECK(left[1].remaining == 3);
  CHECK(one.take(wide, "w") == true);
  CHECK(one.left().remaining == 2);
}

TEST_CASE("a server that has lost its scripts is given them again") {
  redis_server server;
  redis_worker one(patient_settings(server.url()));
  const limit rule = limit::token_bucket(4, 4h, 4);
  CHECK(one.take(rule, "a") == true);
  server.kill();
  server.start();
  one.wait_until_answered();
  CHECK(one.take(rule, "a") == true);
  CHECK(one.left().remaining == 3);
}

TEST_CASE("questions of whoever is gone are taken back") {
  redis_server server;
  redis_worker one(patient_settings(server.url()));
  one.wait_until_answered();
  server.pause();
  cancel_source source;
  const auto ask = [&]() -> task<store::answer> {
    co_return co_await one.store().spend("a", one.later(), source.token());
  };
  const auto cancel = [&]() -> task<void> {
    source.cancel();
    co_return;
  };
  const auto both = [&]() -> task<store::answer> {
    auto [asked, cancelled] = co_await when_all(ask(), cancel());
    co_return asked;
  };
  CHECK(one.run(both()).error() == store::errc::cancelled);
  server.resume();
  CHECK(one.spend("b") == true);
}

TEST_CASE("what waits when the store is closed is answered") {
  redis_server server;
  redis_worker one(patient_settings(server.url()));
  one.wait_until_answered();
  server.pause();
  const auto ask = [&]() -> task<store::answer> { co_return co_await one.store().spend("a", one.later()); };
  const auto close = [&]() -> task<void> {
    one.store().close();
    co_return;
  };
  const auto both = [&]() -> task<store::answer> {
    auto [asked, closed] = co_await when_all(ask(), close());
    co_return asked;
  };
  CHECK(one.run(both()).error() == store::errc::closed);
  CHECK(one.spend("a").error() == store::errc::closed);
}

TEST_CASE("passwords and databases are used, and a wrong one is an error") {
  redis_server server({"--requirepass", "sesame", "--user", "shop", "on", ">open", "~*", "+@all"});
  store::settings chosen = patient_settings(server.url());
  const auto spend = [&] {
    redis_worker one(chosen);
    return one.spend("a");
  };
  CHECK(spend().error() == store::errc::refused);
  chosen.password = "wrong";
  CHECK(spend().error() == store::errc::refused);
  chosen.password = "sesame";
  CHECK(spend() == true);
  CHECK(spend() == false);
  chosen.user = "shop";
  chosen.password = "open";
  CHECK(spend() == false);
  const std::string url = chosen.redis;
  chosen.redis = url + "?db=3";
  CHECK(spend() == true);
  // A database that the server does not have is not taken for the first one.
  chosen.redis = url + "?db=999";
  CHECK(spend().error() == store::errc::refused);
}

TEST_CASE("Redis over TCP is found by a name") {
  const redis_server server = redis_server::on_free_port();
  redis_worker by_name(patient_settings("redis://localhost:" + std::to_string(server.port()) + "/1"));
  by_name.wait_until_answered();
  CHECK(by_name.spend("a") == true);
  redis_worker by_address(patient_settings("redis://127.0.0.1:" + std::to_string(server.port()) + "/1"));
  by_address.wait_until_answered();
  CHECK(by_address.spend("a") == false);
  redis_worker nowhere(patient_settings("redis://host.invalid"));
  CHECK(nowhere.spend("a").error() == store::errc::unavailable);
}

TEST_CASE("a URL that cannot be used is refused in words") {
  const auto refusal_of = [](const std::string& url) -> std::string {
    try {
      store::settings chosen;
      chosen.redis = url;
      static_cast<void>(store::make_source(chosen));
    } catch (const std::invalid_argument& wrong) {
      return wrong.what();
    }
    return "accepted";
  };
  for (const std::string url : {"redis://cache", "redis://cache:6380", "redis://127.0.0.1:6379/",
                                "redis://[::1]:6379/15", "unix:/run/redis", "unix:/run/redis?db=2"}) {
    CAPTURE(url);
    CHECK(refusal_of(url) == "accepted");
  }
  for (const std::string url :
       {"cache", "http://cache", "redis://", "redis://:6379", "redis://cache:0", "redis://cache:65536",
        "redis://cache:x", "redis://cache/x", "redis://cache/-1", "redis://[::1", "unix:run", "unix:/run?x=1",
        "unix:/run?db=", "redis://user:secret@cache", "rediss://cache"}) {
    CAPTURE(url);
    const std::string said = refusal_of(url);
    CHECK(said.starts_with("redis: "));
    CHECK(said.find("secret") == std::string::npos);
  }
}
