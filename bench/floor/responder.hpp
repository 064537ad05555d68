// The bare epoll responder: what answering HTTP costs when nothing is understood.
#pragma once

#include <csignal>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bench/floor/request_ends.hpp"

namespace candela::bench {

/// Answers every request head on a loopback port with the same prebuilt bytes: one read and one write an event.
class responder {
 public:
  /// Listens on 127.0.0.1:`port` (0: a free one). Throws std::system_error when it cannot.
  responder(std::string_view answer, std::uint16_t port);
  ~responder();
  responder(const responder&) = delete;
  responder& operator=(const responder&) = delete;

  std::uint16_t port() const { return port_; }

  /// Serves on the calling thread until `stop` is set by a signal handler that interrupts the wait.
  void run(const volatile std::sig_atomic_t& stop);

 private:
  struct connection {
    request_ends ends;
    std::size_t owed = 0;   // bytes of answers that are not written yet
    std::size_t phase = 0;  // where in the block of answers the next write begins
    bool blocked = false;   // waiting for room to write
    bool open = false;
  };

  void accept_all();
  void serve(int fd);
  bool flush(int fd, connection& peer);
  void end(int fd);
  void wait_for(int fd, connection& peer, bool room);

  std::size_t answer_size_;
  std::string answers_;  // many copies, so that a batch of answers is one write without a copy
  std::vector<char> input_;
  std::vector<connection> connections_;  // by descriptor
  int epoll_ = -1;
  int listener_ = -1;
  std::uint16_t port_ = 0;
};

}  // namespace candela::bench
