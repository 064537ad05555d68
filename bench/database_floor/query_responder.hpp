// The bare epoll responder with a database behind it: what /db and /queries cost when nothing is understood and nothing
// can go wrong.
#pragma once

#include <csignal>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "bench/database_floor/postgres_pipe.hpp"
#include "bench/floor/request_ends.hpp"

namespace candela::bench {

/// What is answered.
struct query_answer {
  unsigned queries = 1;  ///< rows a request
  bool array = false;    ///< whether they stand in an array, or the one row stands alone
};

/// Asks for random worlds for every request head on a loopback port. What came in one turn of epoll goes to the
/// database in one write; what came back in one read goes to each client in one.
class query_responder {
 public:
  /// Listens on 127.0.0.1:`port` (0: a free one). `head` is the response's up to the length of its body. `database`
  /// must outlive it. Throws std::system_error when it cannot.
  query_responder(postgres_pipe& database, std::string head, query_answer answer, std::uint16_t port);
  ~query_responder();
  query_responder(const query_responder&) = delete;
  query_responder& operator=(const query_responder&) = delete;

  std::uint16_t port() const { return port_; }

  /// Serves on the calling thread until `stop` is set by a signal handler that interrupts the wait.
  void run(const volatile std::sig_atomic_t& stop);

 private:
  struct connection {
    request_ends ends;
    std::string output;
    std::uint32_t serial = 0;  // which of the connections that had this descriptor
    bool open = false;
  };
  struct request {
    int fd;
    std::uint32_t serial;
  };

  void handle(int fd);
  void accept_all();
  void serve(int fd);
  void take(world_row row);
  void answer_first();
  void write_answers();
  void end(int fd);
  std::uint32_t random_id();

  postgres_pipe& database_;
  std::string head_;
  query_answer answer_;
  std::deque<request> waiting_;  // in the order in which their rows come
  std::string body_;             // of the first of them
  unsigned rows_ = 0;            // that it has
  std::vector<int> answered_;    // connections with output
  std::vector<char> input_;
  std::vector<connection> connections_;  // by descriptor
  std::uint64_t random_;
  int epoll_ = -1;
  int listener_ = -1;
  std::uint16_t port_ = 0;
};

}  // namespace candela::bench
