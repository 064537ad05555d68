// Starting, watching and stopping of servers.
#include "bench/measure/server_process.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <ctime>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>

namespace candela::bench {
namespace {

using clock = std::chrono::steady_clock;
constexpr auto patience = std::chrono::seconds(60);  // starting and ending under an instrument takes its time
constexpr auto glance = std::chrono::milliseconds(5);

// The port behind the first complete "127.0.0.1:" in a text; 0 when there is none.
std::uint16_t port_in(std::string_view text) {
  constexpr std::string_view address = "127.0.0.1:";
  const std::size_t at = text.find(address);
  if (at == std::string_view::npos) return 0;
  const char* const end = text.data() + text.size();
  std::uint16_t port = 0;
  const auto [stop, error] = std::from_chars(text.data() + at + address.size(), end, port);
  return error == std::errc{} && stop != end ? port : 0;  // digits at the very end may go on
}

std::string contents(const std::string& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

}  // namespace

bool pin_to(unsigned core) {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  CPU_SET(core, &cores);
  return sched_setaffinity(0, sizeof cores, &cores) == 0;
}

server_process::server_process(std::vector<std::string> command, std::string log)
    : log_(std::move(log)), name_(command.at(0)) {
  std::ofstream(log_).close();
  pid_ = fork();
  if (pid_ < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (pid_ == 0) become(command);
  try {
    await_port();
  } catch (...) {
    stop();
    throw;
  }
}

server_process::~server_process() { stop(); }

void server_process::become(const std::vector<std::string>& command) const {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  pin_to(server_core);
  const int output = open(log_.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  if (output < 0 || dup2(output, STDOUT_FILENO) < 0 || dup2(output, STDERR_FILENO) < 0) _exit(126);
  std::vector<char*> words;
  for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  execvp(words[0], words.data());
  _exit(127);
}

void server_process::await_port() {
  for (const auto end = clock::now() + patience; clock::now() < end; std::this_thread::sleep_for(glance)) {
    port_ = port_in(contents(log_));
    if (port_ != 0) return;
    int status = 0;
    if (ended(status)) throw std::runtime_error(name_ + " ended before it listened:\n" + contents(log_));
  }
  throw std::runtime_error(name_ + " did not print where it listens; see " + log_);
}

std::chrono::nanoseconds server_process::cpu_time() const {
  clockid_t processor{};
  std::timespec time{};
  if (clock_getcpuclockid(pid_, &processor) != 0 || clock_gettime(processor, &time) != 0) {
    throw std::runtime_error(name_ + " is gone; see " + log_);
  }
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

bool server_process::stop() {
  if (pid_ < 0) return false;
  kill(pid_, SIGTERM);
  int status = 0;
  const auto end = clock::now() + patience;
  while (!ended(status)) {
    if (clock::now() > end) kill(pid_, SIGKILL);
    std::this_thread::sleep_for(glance);
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool server_process::ended(int& status) {
  if (pid_ >= 0 && waitpid(pid_, &status, WNOHANG) != 0) pid_ = -1;
  return pid_ < 0;
}

}  // namespace candela::bench
