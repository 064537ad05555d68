// The load client: keeps connections busy with batches of requests and checks every answer.
#pragma once

#include <sys/epoll.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "bench/load/head_layout.hpp"
#include "bench/load/latency_histogram.hpp"
#include "bench/load/pace.hpp"
#include "bench/load/request_batch.hpp"
#include "bench/load/response_reader.hpp"

namespace candela::bench {

/// The loopback addresses that connections come from, by turns.
struct address_range {
  unsigned first = 0;  ///< 0: 127.0.0.1
  unsigned count = 0;  ///< 0: 127.0.0.1 alone, or as many as there have to be for the connections' ports
};

/// What the client sends, and where to.
struct load_options {
  std::uint16_t port = 0;  ///< on 127.0.0.1
  unsigned connections = 1;
  unsigned depth = 1;  ///< requests a connection sends before it waits for their answers
  head_layout layout;
  std::string expected_body;  ///< empty: any
  address_range addresses = {};
};

/// When a run ends: after a time, or after a number of requests if that is not zero.
struct load_limit {
  std::chrono::nanoseconds time = std::chrono::seconds(1);
  std::uint64_t requests = 0;
  /// Requests a second, spread evenly over the time; zero: each connection sends as soon as it was answered. What is
  /// due when every connection waits is sent late, up to five seconds after the end; what is not sent by then is an
  /// error.
  double rate = 0;
};

/// What came of a run.
struct load_result {
  std::uint64_t requests = 0;  ///< complete answers, wrong ones included
  std::uint64_t errors = 0;    ///< wrong answers, and requests that were lost with their connection
  double seconds = 0;          ///< from the first request to the last answer
  latency_histogram latency;   ///< from sending a batch to its last answer; with a rate, from when it was due
};

/// A client of one thread, closed loop or with a fixed rate. Its connections stay open between runs, and no request is
/// under way then, so that a server's processor time can be read around a run.
class load_client {
 public:
  /// Opens all connections; when there are many, each has one batch answered. Throws std::system_error when one is
  /// refused.
  explicit load_client(const load_options& options);
  ~load_client();
  load_client(const load_client&) = delete;
  load_client& operator=(const load_client&) = delete;

  /// Loads the server until `limit`, then waits for the answers that are due (five seconds without any: errors).
  load_result run(const load_limit& limit);

  std::size_t head_bytes() const { return batch_.head_bytes(); }
  std::size_t answer_bytes() const { return reader_.answer_bytes(); }
  /// What the first error was; empty when there was none.
  std::string first_error() const { return lost_.empty() ? reader_.first_wrong() : lost_; }

 private:
  using clock = std::chrono::steady_clock;

  struct connection {
    int fd = -1;
    std::size_t waiting = 0;  // answers that are due
    std::size_t batch = 0;    // requests of the batch they belong to
    clock::time_point sent{};
    std::string unsent;   // of the batch, when the socket was full
    std::string partial;  // the beginning of an answer
  };

  void connect_group();
  void start(const load_limit& limit);
  std::size_t await_events();
  void handle(const epoll_event& event);
  void send_due(clock::time_point now);
  void begin_batch(connection& peer, clock::time_point now);
  void send_batch(connection& peer, clock::time_point now);
  void send_rest(connection& peer);
  void receive(connection& peer);
  void take(connection& peer, std::string_view bytes);
  void finish_batch(connection& peer);
  void lose(connection& peer, std::string_view why);
  void give_up();
  void watch(int operation, const connection& peer, std::uint32_t events);

  load_options options_;
  request_batch batch_;
  response_reader reader_;
  std::vector<connection> connections_;
  std::size_t first_ = 0;               // connection that a run begins with; not 0 only while groups are connected
  std::uint64_t failed_greetings_ = 0;  // errors of the groups' first batches, for the next run to tell
  std::vector<char> input_;
  std::vector<epoll_event> events_;
  int epoll_ = -1;

  load_limit limit_;
  pace pace_;
  std::deque<std::uint32_t> idle_;  // connections without a batch, the one that rested longest first
  clock::time_point end_{};
  std::uint64_t asked_ = 0;    // requests of this run
  std::uint64_t waiting_ = 0;  // answers due on all connections
  load_result result_;
  std::string lost_;
};

}  // namespace candela::bench
