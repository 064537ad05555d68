// A server under measurement: a child process on its own core that is always stopped again.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace candela::bench {

/// The core servers run on, and the one for the client; on a machine with one core both are that one.
inline constexpr unsigned server_core = 0;
inline constexpr unsigned client_core = 1;

/// Pins the calling process to a core. False when the machine has no such core, or forbids it.
bool pin_to(unsigned core);

/// A running server. It dies with the process that started it, whatever happens to that.
class server_process {
 public:
  /// Starts `command` (a program found as execvp finds it, and its arguments) pinned to `server_core`, its output in
  /// the file `log`, and waits for the first `127.0.0.1:PORT` in that. Throws std::runtime_error when it does not come.
  server_process(std::vector<std::string> command, std::string log);
  /// Stops the server if that has not been done.
  ~server_process();
  server_process(const server_process&) = delete;
  server_process& operator=(const server_process&) = delete;

  std::uint16_t port() const { return port_; }

  /// Processor time of all threads, user and system, since the start. In nanoseconds; no clock ticks are involved.
  std::chrono::nanoseconds cpu_time() const;

  /// Sends SIGTERM and waits for the end, at most a minute. True when the server ended by itself with status 0.
  bool stop();

 private:
  [[noreturn]] void become(const std::vector<std::string>& command) const;
  void await_port();
  bool ended(int& status);

  std::string log_;
  std::string name_;
  pid_t pid_ = -1;
  std::uint16_t port_ = 0;
};

}  // namespace candela::bench
