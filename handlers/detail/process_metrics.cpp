#include "handlers/detail/process_metrics.hpp"

#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <candela/core/log.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <string>

namespace candela::handlers::detail {

namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

// The number at a position (from 0) of a line of numbers in /proc/self.
double number_in(const char* path, std::size_t position) {
  std::ifstream file(path);
  std::string word;
  for (std::size_t i = 0; i <= position; ++i) {
    if (!(file >> word)) return unknown;
  }
  return std::strtod(word.c_str(), nullptr);
}

// /proc/self/stat's second field is the program's name in parentheses, which may hold spaces; positions count from the
// third (proc(5)).
double stat_number(std::size_t field) {
  std::ifstream file("/proc/self/stat");
  file.ignore(std::numeric_limits<std::streamsize>::max(), ')');
  std::string word;
  for (std::size_t i = 3; i <= field; ++i) {
    if (!(file >> word)) return unknown;
  }
  return std::strtod(word.c_str(), nullptr);
}

double page_bytes() { return static_cast<double>(sysconf(_SC_PAGESIZE)); }

double cpu_seconds() {
  timespec used{};
  if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used) != 0) return unknown;
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

double open_descriptors() {
  std::error_code failed;
  const std::filesystem::directory_iterator entries("/proc/self/fd", failed);
  // One of them is the iterator's own.
  return failed ? unknown : static_cast<double>(std::distance(begin(entries), end(entries)) - 1);
}

double most_descriptors() {
  rlimit limit{};
  return getrlimit(RLIMIT_NOFILE, &limit) == 0 ? static_cast<double>(limit.rlim_cur) : unknown;
}

// Seconds since the epoch: the boot time and the ticks that had passed when the process began.
double start_time() {
  timespec now{};
  timespec up{};
  if (clock_gettime(CLOCK_REALTIME, &now) != 0 || clock_gettime(CLOCK_BOOTTIME, &up) != 0) return unknown;
  constexpr std::size_t start_ticks = 22;
  return static_cast<double>(now.tv_sec - up.tv_sec) +
         stat_number(start_ticks) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

}  // namespace

void add_process_metrics(candela::metrics::registry& registry) {
  registry.computed_gauge("process_resident_memory_bytes", "Resident memory size in bytes.", {},
                          [] { return number_in("/proc/self/statm", 1) * page_bytes(); });
  registry.computed_gauge("process_virtual_memory_bytes", "Virtual memory size in bytes.", {},
                          [] { return number_in("/proc/self/statm", 0) * page_bytes(); });
  registry.computed_counter("process_cpu_seconds_total", "Processor time spent, user and system, in seconds.", {},
                            cpu_seconds);
  registry.computed_gauge("process_open_fds", "Open file descriptors.", {}, open_descriptors);
  registry.computed_gauge("process_max_fds", "The most file descriptors that may be open.", {}, most_descriptors);
  constexpr std::size_t thread_count = 20;
  registry.computed_gauge("process_threads", "Threads of the process.", {}, [] { return stat_number(thread_count); });
  registry.computed_gauge("process_start_time_seconds", "When the process began, in seconds since the epoch.", {},
                          start_time);
  registry.computed_counter("log_dropped_total", "Log records that found no room on their way to the log thread.", {},
                            [] { return static_cast<double>(log::dropped()); });
  registry.computed_counter("log_failed_writes_total", "Log records that an output failed to write.", {},
                            [] { return static_cast<double>(log::failed_writes()); });
}

}  // namespace candela::handlers::detail
