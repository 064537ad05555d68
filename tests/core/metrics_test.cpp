#include <doctest/doctest.h>

#include <atomic>
#include <candela/core/metrics.hpp>
#include <limits>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace candela::metrics;
using namespace std::chrono_literals;

namespace {

std::string rendered(const registry& all) {
  std::string out;
  all.render(out);
  return out;
}

}  // namespace

TEST_CASE("the workers' cells are added up when read") {
  registry all;
  all.counter_cell("requests_total", "Requests.", {{"route", "/a"}}, 0).add(3);
  all.counter_cell("requests_total", "Requests.", {{"route", "/a"}}, 2).add(4);
  all.counter_cell("requests_total", "Requests.", {{"route", "/b"}}, 1).add();
  all.gauge_cell("open", "Open.", {}, 0).set(-2);
  all.gauge_cell("open", "Open.", {}, 1).add(5);
  CHECK(rendered(all) ==
        "# HELP open Open.\n"
        "# TYPE open gauge\n"
        "open 3\n"
        "# HELP requests_total Requests.\n"
        "# TYPE requests_total counter\n"
        "requests_total{route=\"/a\"} 7\n"
        "requests_total{route=\"/b\"} 1\n");
}

TEST_CASE("asking again gives the same cell, whatever the order of the labels") {
  registry all;
  counter& first = all.counter_cell("hits_total", "Hits.", {{"a", "1"}, {"b", "2"}}, 1);
  CHECK(&all.counter_cell("hits_total", "Hits.", {{"b", "2"}, {"a", "1"}}, 1) == &first);
  CHECK(&all.counter_cell("hits_total", "Hits.", {{"b", "2"}, {"a", "1"}}, 0) != &first);
}

TEST_CASE("help and label values are escaped") {
  registry all;
  all.counter_cell("odd_total", "A \\ and a\nline \"q\".", {{"v", "a\"b\\c\nd"}}, 0);
  CHECK(rendered(all) ==
        "# HELP odd_total A \\\\ and a\\nline \"q\".\n"
        "# TYPE odd_total counter\n"
        "odd_total{v=\"a\\\"b\\\\c\\nd\"} 0\n");
}

TEST_CASE("bad names and mixed kinds are refused") {
  registry all;
  CHECK_THROWS_AS(all.counter_cell("9lives", "", {}, 0), std::invalid_argument);
  CHECK_THROWS_AS(all.counter_cell("a-b", "", {}, 0), std::invalid_argument);
  CHECK_THROWS_AS(all.counter_cell("", "", {}, 0), std::invalid_argument);
  CHECK_THROWS_AS(all.counter_cell("ok_total", "", {{"le", "1"}}, 0), std::invalid_argument);
  CHECK_THROWS_AS(all.counter_cell("ok_total", "", {{"a", "1"}, {"a", "2"}}, 0), std::invalid_argument);
  all.counter_cell("mixed", "", {}, 0);
  CHECK_THROWS_AS(all.gauge_cell("mixed", "", {}, 0), std::logic_error);
  CHECK_THROWS_AS(all.computed_counter("mixed", "", {}, [] { return 1.0; }), std::logic_error);
}

TEST_CASE("a computed metric is asked at each scrape and replaced by name and labels") {
  registry all;
  double value = 1.5;
  all.computed_gauge("load", "Load.", {}, [&] { return value; });
  CHECK(rendered(all).ends_with("load 1.5\n"));
  value = std::numeric_limits<double>::infinity();
  CHECK(rendered(all).ends_with("load +Inf\n"));
  all.computed_gauge("load", "Load.", {}, [] { return 2.0; });
  CHECK(rendered(all).ends_with("gauge\nload 2\n"));
  CHECK_THROWS_AS(all.gauge_cell("load", "Load.", {}, 0), std::logic_error);
}

TEST_CASE("a histogram's exported buckets are exact at their boundaries and cumulative") {
  registry all;
  histogram& cell = all.histogram_cell("latency_seconds", "Latency.", {{"route", "/"}}, 0);
  cell.record(5ms);
  cell.record(5ms + 1ns);
  all.histogram_cell("latency_seconds", "Latency.", {{"route", "/"}}, 1).record(20s);
  const std::string text = rendered(all);
  CHECK(text.find("# TYPE latency_seconds histogram\n") != std::string::npos);
  CHECK(text.find("latency_seconds_bucket{route=\"/\",le=\"0.0025\"} 0\n") != std::string::npos);
  CHECK(text.find("latency_seconds_bucket{route=\"/\",le=\"0.005\"} 1\n") != std::string::npos);
  CHECK(text.find("latency_seconds_bucket{route=\"/\",le=\"0.01\"} 2\n") != std::string::npos);
  CHECK(text.find("latency_seconds_bucket{route=\"/\",le=\"10\"} 2\n") != std::string::npos);
  CHECK(text.find("latency_seconds_bucket{route=\"/\",le=\"+Inf\"} 3\n") != std::string::npos);
  CHECK(text.find("latency_seconds_sum{route=\"/\"} 20.010000001\n") != std::string::npos);
  CHECK(text.ends_with("latency_seconds_count{route=\"/\"} 3\n"));
}

TEST_CASE("every boundary splits the durations around it") {
  for (std::size_t i = 0; i != histogram_sum::bounds_ns.size(); ++i) {
    const std::chrono::nanoseconds bound(histogram_sum::bounds_ns[i]);
    histogram cell;
    cell.record(bound - 1ns);
    cell.record(bound);
    cell.record(bound + 1ns);
    histogram_sum sum;
    sum.add(cell);
    CHECK(sum.count_within(i) == 2);
    CHECK(sum.count() == 3);
  }
}

TEST_CASE("a quantile is at most a quarter and a microsecond above the true one") {
  for (auto duration = 1ns; duration < 130s; duration = duration * 11 / 10 + 1ns) {
    histogram cell;
    cell.record(duration);
    histogram_sum sum;
    sum.add(cell);
    CHECK(sum.quantile(0.5) >= duration);
    CHECK(sum.quantile(0.5) <= duration + duration / 4 + 1024ns);
  }
  CHECK(histogram_sum().quantile(0.5) == 0ns);
}

TEST_CASE("durations beyond the range are counted at its ends") {
  histogram cell;
  cell.record(0ns);
  cell.record(24h);
  cell.record(std::chrono::nanoseconds::max() - 24h);
  histogram_sum sum;
  sum.add(cell);
  CHECK(sum.count() == 3);
  CHECK(sum.count_within(0) == 1);
  CHECK(sum.count_within(histogram_sum::bounds_ns.size() - 1) == 1);
  CHECK(sum.sum() == std::chrono::nanoseconds::max());
  CHECK(sum.quantile(1.0) > 130s);
  CHECK(sum.quantile(1.0) < 140s);
}

TEST_CASE("a negative duration disturbs no other count") {
  histogram cell;
  cell.record(3s);
  cell.record(-1s);
  histogram_sum sum;
  sum.add(cell);
  CHECK(sum.count() == 2);
  CHECK(sum.sum() == 2s);
  CHECK(sum.count_within(histogram_sum::bounds_ns.size() - 1) == 1);
}

TEST_CASE("scrapes read while every worker writes its own cells") {
  registry all;
  std::atomic<int> running = 2;
  std::vector<std::thread> workers;
  for (unsigned worker = 0; worker != 2; ++worker) {
    workers.emplace_back([&, worker] {
      counter& hits = all.counter_cell("hits_total", "Hits.", {}, worker);
      histogram& latency = all.histogram_cell("latency_seconds", "Latency.", {}, worker);
      for (int i = 0; i != 20'000; ++i) {
        hits.add();
        latency.record(std::chrono::microseconds(i));
      }
      --running;
    });
  }
  while (running != 0) static_cast<void>(rendered(all));
  for (auto& worker : workers) worker.join();
  CHECK(rendered(all).find("\nhits_total 40000\n") != std::string::npos);
  CHECK(rendered(all).find("\nlatency_seconds_count 40000\n") != std::string::npos);
}
