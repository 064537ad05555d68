// What becomes of questions while a Redis server is away or slow, and what the log is told of it.
#include <doctest/doctest.h>

#include <candela/core/metrics.hpp>
#include <candela/store/detail/redis_outage.hpp>
#include <candela/store/redis_source.hpp>
#include <chrono>
#include <string>

#include "tests/middleware/log_file.hpp"
#include "tests/store/redis_server.hpp"
#include "tests/store/redis_worker.hpp"

using namespace candela;
using namespace candela::testing;
using namespace std::chrono_literals;
using store::limit;

TEST_CASE("a server that is gone is an error at once, and found again when it is back") {
  redis_server server;
  metrics::registry metrics;
  redis_worker one(patient_settings(server.url()), &metrics);
  CHECK(one.spend("a") == true);
  server.kill();
  CHECK(one.spend("b").error() == store::errc::unavailable);
  CHECK(one.take(limit::token_bucket(4, 4h, 4), "a").error() == store::errc::unavailable);
  server.start();
  one.wait_until_answered();
  CHECK(one.spend("b") == true);
  std::string text;
  metrics.render(text);
  CHECK(text.find("candela_store_errors_total{error=\"unavailable\"}") != std::string::npos);
}

TEST_CASE("that a server is gone is logged once, and that it is back, whatever is asked and tried meanwhile") {
  const log_file log;
  const auto count = [&](std::string_view part) {
    const std::string all = log.text();
    int found = 0;
    for (std::size_t at = 0; (at = all.find(part, at)) != std::string::npos; ++at) ++found;
    return found;
  };
  redis_server server;
  redis_worker one(patient_settings(server.url()));
  one.wait_until_answered();
  CHECK(log.lines() == 0);
  for (int outages = 1; outages != 3; ++outages) {
    server.kill();
    for (int i = 0; i != 20; ++i) {
      CHECK(one.spend("b").error() == store::errc::unavailable);
      // As long as it takes to try to connect again.
      one.run(
          [](redis_worker& own) -> task<void> { static_cast<void>(co_await net::sleep_for(own.worker(), 2ms)); }(one));
    }
    CHECK(count("Redis cannot be reached") == outages);
    CHECK(count("Redis answers again") == outages - 1);
    server.start();
    one.wait_until_answered();
    CHECK(count("Redis cannot be reached") == outages);
    CHECK(count("Redis answers again") == outages);
  }
  CHECK(count("\"level\":\"info\"") == 2);
}

TEST_CASE(
    "an outage that all workers see is told once, when the first loses the server and when the last has it back") {
  const log_file log;
  store::redis_outage outage;
  {
    store::redis_outage::part first(outage);
    store::redis_outage::part second(outage);
    first.begin(store::redis_outage::reason::unreachable, "closed");
    second.begin(store::redis_outage::reason::unreachable, "closed");
    first.begin(store::redis_outage::reason::unreachable, "connection refused");
    CHECK(log.lines() == 1);
    first.begin(store::redis_outage::reason::refused, "NOAUTH");
    CHECK(log.lines() == 2);
    first.end();
    first.end();
    CHECK(log.lines() == 2);
    second.end();
    CHECK(log.lines() == 3);
    CHECK(log.has("Redis answers again"));
    first.begin(store::redis_outage::reason::unreachable, "closed");
    CHECK(log.lines() == 4);
  }
  // Who is gone does not say that the server is back.
  CHECK(log.lines() == 4);
}

TEST_CASE("an answer that came while its worker was held up came in time") {
  redis_server server;
  store::settings chosen = patient_settings(server.url());
  chosen.timeout = 400ms;
  redis_worker one(chosen);
  one.wait_until_answered();
  redis_worker other(patient_settings(server.url()));
  other.wait_until_answered();
  // The question has left when the work begins that holds the loop up, and the server gets to it only then: before it
  // gets to another one that is asked later.
  server.pause();
  one.worker().loop().post([&, begin = std::chrono::steady_clock::now()] {
    server.resume();
    CHECK(other.spend("b") == true);
    while (std::chrono::steady_clock::now() < begin + 450ms) {
    }
  });
  CHECK(one.spend("a") == true);
}

TEST_CASE("a server that holds still is an error in time") {
  redis_server server;
  store::settings chosen = patient_settings(server.url());
  redis_worker patient(chosen);
  patient.wait_until_answered();
  chosen.timeout = 20ms;
  redis_worker one(chosen);
  one.wait_until_answered();
  server.pause();
  const auto begin = std::chrono::steady_clock::now();
  CHECK(one.spend("a").error() == store::errc::timed_out);
  CHECK(std::chrono::steady_clock::now() - begin >= 20ms);
  server.resume();
  one.wait_until_answered();
  // It may have been counted: whoever got no answer must not take it for a yes.
  CHECK(patient.spend("a") == false);
}
