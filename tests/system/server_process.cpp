#include "tests/system/server_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <system_error>

namespace candela::system_test {
namespace {

constexpr std::chrono::seconds start_patience{30};
constexpr std::string_view address_start = "://127.0.0.1:";

// Runs between fork and exec: only what is safe for signal handlers may be called here.
[[noreturn]] void become(char* const* command, int output, std::size_t max_open_files) noexcept {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  if (max_open_files != 0) {
    const rlimit bound{max_open_files, max_open_files};
    setrlimit(RLIMIT_NOFILE, &bound);
  }
  execv(command[0], command);
  _exit(127);
}

std::optional<std::uint16_t> announced_port(std::string_view output, std::string_view scheme) {
  const std::string start = std::string(scheme).append(address_start);
  const std::size_t at = output.find(start);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view rest = output.substr(at + start.size());
  std::uint16_t port = 0;
  const char* end = rest.data() + rest.size();
  const auto read = std::from_chars(rest.data(), end, port);
  // The digits may still be on their way.
  if (read.ec != std::errc() || read.ptr == end) return std::nullopt;
  return port;
}

}  // namespace

server_process::server_process(const process_options& options) {
  std::vector<std::string> words{options.program};
  words.insert(words.end(), options.arguments.begin(), options.arguments.end());
  std::vector<char*> command;
  for (std::string& word : words) command.push_back(word.data());
  command.push_back(nullptr);
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe2");
  pid_ = fork();
  if (pid_ == 0) become(command.data(), ends[1], options.max_open_files);
  close(ends[1]);
  if (pid_ < 0) throw std::system_error(errno, std::generic_category(), "fork");
  handle_ = static_cast<int>(syscall(SYS_pidfd_open, pid_, 0));
  gatherer_ = std::jthread([this, from = ends[0]] { gather(from); });
}

server_process::~server_process() {
  if (!ended_) {
    signal(SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  close(handle_);
}

void server_process::gather(int from) {
  char bytes[4096];
  for (ssize_t got = 0; (got = read(from, bytes, sizeof bytes)) > 0;) {
    const std::lock_guard guard(lock_);
    output_.append(bytes, static_cast<std::size_t>(got));
    grown_.notify_all();
  }
  close(from);
  const std::lock_guard guard(lock_);
  output_ended_ = true;
  grown_.notify_all();
}

std::uint16_t server_process::port(std::string_view scheme) {
  std::unique_lock guard(lock_);
  std::optional<std::uint16_t> found;
  grown_.wait_for(guard, start_patience, [&] {
    found = announced_port(output_, scheme);
    return found || output_ended_;
  });
  if (!found) throw std::runtime_error("the service announced no address; its output was:\n" + output_);
  return *found;
}

void server_process::signal(int number) const { kill(pid_, number); }

std::optional<exit_code> server_process::wait(std::chrono::milliseconds patience) {
  if (ended_) return ended_;
  pollfd watched{handle_, POLLIN, 0};
  if (poll(&watched, 1, static_cast<int>(patience.count())) <= 0) return std::nullopt;
  int status = 0;
  waitpid(pid_, &status, 0);
  ended_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  // Its last words may still be in the pipe.
  std::unique_lock guard(lock_);
  grown_.wait_for(guard, patience, [this] { return output_ended_; });
  return ended_;
}

std::string server_process::output() {
  const std::lock_guard guard(lock_);
  return output_;
}

std::size_t server_process::memory_kib(std::string_view figure) const {
  std::ifstream status("/proc/" + std::to_string(pid_) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(figure) && line.size() > figure.size() && line[figure.size()] == ':') {
      return std::stoul(line.substr(figure.size() + 1));
    }
  }
  throw std::runtime_error("no " + std::string(figure) + " of process " + std::to_string(pid_));
}

std::chrono::milliseconds server_process::processor_time() const {
  std::ifstream file("/proc/" + std::to_string(pid_) + "/stat");
  std::string text;
  std::getline(file, text);
  // The program's name may hold spaces; behind its parenthesis stand the fields from the third on, utime and stime
  // being the 14th and 15th.
  std::istringstream fields(text.substr(text.rfind(')') + 1));
  std::string skipped;
  for (int field = 3; field != 14; ++field) fields >> skipped;
  long user = 0;
  long kernel = 0;
  fields >> user >> kernel;
  return std::chrono::milliseconds((user + kernel) * 1000 / sysconf(_SC_CLK_TCK));
}

std::size_t server_process::open_files() const {
  const std::filesystem::directory_iterator all("/proc/" + std::to_string(pid_) + "/fd");
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

}  // namespace candela::system_test
