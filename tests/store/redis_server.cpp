#include "tests/store/redis_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <memory>
#include <stdexcept>

namespace candela::testing {

namespace {

std::filesystem::path make_folder() {
  std::string name = (std::filesystem::temp_directory_path() / "candela-redis-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
  return name;
}

// One that the system gave a moment ago, and gives to nobody else soon.
std::uint16_t free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof where;
  const bool known = ::bind(socket, reinterpret_cast<sockaddr*>(&where), size) == 0 &&
                     ::getsockname(socket, reinterpret_cast<sockaddr*>(&where), &size) == 0;
  ::close(socket);
  if (!known) throw std::runtime_error("no free port");
  return ntohs(where.sin_port);
}

[[noreturn]] void become(std::vector<std::string> words, int output) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  std::vector<char*> arguments;
  for (std::string& each : words) arguments.push_back(each.data());
  arguments.push_back(nullptr);
  execvp(arguments[0], arguments.data());
  _exit(127);
}

// Reads what it says until it is ready; what it says later goes nowhere.
void wait_until_ready(int output) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> lines(fdopen(output, "r"), std::fclose);
  std::array<char, 1024> line;
  std::string said;
  while (std::fgets(line.data(), static_cast<int>(line.size()), lines.get()) != nullptr) {
    said += line.data();
    if (said.find("eady to accept connections") != std::string::npos) return;
  }
  throw std::runtime_error("redis-server did not start: " + said);
}

}  // namespace

redis_server::redis_server(std::vector<std::string> options, std::uint16_t port)
    : options_(std::move(options)), folder_(make_folder()), port_(port) {
  start();
}

redis_server redis_server::on_free_port() { return redis_server({}, free_port()); }

redis_server::~redis_server() {
  kill();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void redis_server::start() {
  std::array<int, 2> pipe;
  if (::pipe(pipe.data()) != 0) throw std::runtime_error("no pipe");
  std::vector<std::string> words{"redis-server",
                                 "--port",
                                 std::to_string(port_),
                                 "--bind",
                                 "127.0.0.1",
                                 "--unixsocket",
                                 (folder_ / "socket").string(),
                                 "--save",
                                 "",
                                 "--appendonly",
                                 "no",
                                 "--dir",
                                 folder_.string()};
  words.insert(words.end(), options_.begin(), options_.end());
  process_ = fork();
  if (process_ == 0) become(words, pipe[1]);
  ::close(pipe[1]);
  wait_until_ready(pipe[0]);
}

void redis_server::kill() {
  if (process_ <= 0) return;
  ::kill(process_, SIGKILL);
  waitpid(process_, nullptr, 0);
  process_ = -1;
}

void redis_server::pause() {
  ::kill(process_, SIGSTOP);
  // Sent is not stopped.
  waitpid(process_, nullptr, WUNTRACED);
}

void redis_server::resume() { ::kill(process_, SIGCONT); }

}  // namespace candela::testing
