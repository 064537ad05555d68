// A service under test, run as a process of its own: started, asked for its port, watched, stopped.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace candela::system_test {

/// What a process is started with.
struct process_options {
  std::string program;                 ///< path of the executable
  std::vector<std::string> arguments;  ///< without the program's name
  std::size_t max_open_files = 0;      ///< RLIMIT_NOFILE; 0: inherited
};

/// How a process ended: its exit status, or minus the signal that ended it.
using exit_code = int;

/// A running process whose output is gathered. Killed and reaped on destruction, and when its starter dies.
class server_process {
 public:
  /// Throws std::runtime_error when the process cannot be started.
  explicit server_process(const process_options& options);
  server_process(const server_process&) = delete;
  server_process& operator=(const server_process&) = delete;
  ~server_process();

  /// The port of the address of the loopback that it printed; waits for it. Throws std::runtime_error, with the output,
  /// when none of that scheme comes in time.
  [[nodiscard]] std::uint16_t port(std::string_view scheme = "http");

  void signal(int number) const;

  /// Waits for its end, behind which `output` is whole; nothing when it has not come within `patience`.
  [[nodiscard]] std::optional<exit_code> wait(std::chrono::milliseconds patience);

  [[nodiscard]] pid_t pid() const noexcept { return pid_; }

  /// What it has written to both of its outputs so far.
  [[nodiscard]] std::string output();

  /// A figure of its /proc/PID/status in KiB, such as "VmHWM".
  [[nodiscard]] std::size_t memory_kib(std::string_view figure) const;

  /// The processor time that it has used.
  [[nodiscard]] std::chrono::milliseconds processor_time() const;

  /// How many descriptors it has open.
  [[nodiscard]] std::size_t open_files() const;

 private:
  void gather(int from);

  pid_t pid_ = -1;
  int handle_ = -1;
  std::optional<exit_code> ended_;
  std::mutex lock_;
  std::condition_variable grown_;
  std::string output_;
  bool output_ended_ = false;
  std::jthread gatherer_;
};

}  // namespace candela::system_test
