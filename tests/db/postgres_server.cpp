#include "tests/db/postgres_server.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <thread>

namespace candela::testing {

namespace {

namespace fs = std::filesystem;
constexpr std::chrono::seconds start_patience{60};
constexpr int ports_to_try = 5;

// The newest version that the machine has.
std::string program(const std::string& name) {
  std::vector<fs::path> versions;
  for (const auto& each : fs::directory_iterator("/usr/lib/postgresql")) versions.push_back(each.path());
  std::ranges::sort(versions, {}, [](const fs::path& each) { return std::atoi(each.filename().c_str()); });
  if (versions.empty()) throw std::runtime_error("PostgreSQL (package postgresql) is not installed");
  return versions.back() / "bin" / name;
}

struct user {
  uid_t id;
  gid_t group;
};

// A server refuses to run as root.
std::optional<user> other_user() {
  if (geteuid() != 0) return std::nullopt;
  for (const char* name : {"postgres", "nobody"}) {
    if (const passwd* found = getpwnam(name)) return user{found->pw_uid, found->pw_gid};
  }
  throw std::runtime_error("there is neither a user postgres nor nobody");
}

pid_t run(const std::vector<std::string>& words, const fs::path& folder, int death_signal) {
  std::vector<char*> command;
  for (const std::string& word : words) command.push_back(const_cast<char*>(word.c_str()));
  command.push_back(nullptr);
  const std::optional<user> as = other_user();
  const std::string log = folder / "log";
  const pid_t child = fork();
  if (child < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (child != 0) return child;
  if (as && (setgroups(0, nullptr) != 0 || setgid(as->group) != 0 || setuid(as->id) != 0)) _exit(126);
  prctl(PR_SET_PDEATHSIG, death_signal);
  const int output = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  if (chdir(folder.c_str()) != 0) _exit(126);
  execv(command[0], command.data());
  _exit(127);
}

int wait_for(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

void run_to_end(const std::vector<std::string>& words, const fs::path& folder) {
  if (wait_for(run(words, folder, SIGKILL)) != 0) {
    throw std::runtime_error(words.front() + " failed, see " + (folder / "log").string());
  }
}

bool has_ended(pid_t child) { return waitpid(child, nullptr, WNOHANG) == child; }

// What a server writes when it takes connections, as pg_ctl reads it: a line with its process, seven lines on with its
// state. Asking by a connection might find another server at the same port.
bool says_ready(const fs::path& data, pid_t process) {
  std::ifstream file(data / "postmaster.pid");
  std::string line;
  if (!std::getline(file, line) || line != std::to_string(process)) return false;
  for (int i = 0; i != 7; ++i) std::getline(file, line);
  return file && line.starts_with("ready");
}

std::uint16_t free_port() {
  const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in any{};
  any.sin_family = AF_INET;
  any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof any;
  const bool found = ::bind(probe, reinterpret_cast<sockaddr*>(&any), size) == 0 &&
                     ::getsockname(probe, reinterpret_cast<sockaddr*>(&any), &size) == 0;
  ::close(probe);
  if (!found) throw std::system_error(errno, std::generic_category(), "a free port");
  return ntohs(any.sin_port);
}

}  // namespace

postgres_server::postgres_server(reach by, std::vector<std::string> settings)
    : by_(by), settings_(std::move(settings)) {
  std::string name = fs::temp_directory_path() / "candela-postgres-XXXXXX";
  if (mkdtemp(name.data()) == nullptr) throw std::system_error(errno, std::generic_category(), name);
  folder_ = name;
  const std::optional<user> as = other_user();
  if (as && chown(folder_.c_str(), as->id, as->group) != 0) {
    throw std::system_error(errno, std::generic_category(), name);
  }
  make_cluster();
  if (by_ == reach::tcp) {
    make_certificate();
    start_at_free_port();
  } else {
    start();
  }
}

postgres_server::~postgres_server() {
  if (running()) end(SIGQUIT);
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

postgres_server& postgres_server::shared() {
  static postgres_server server;
  return server;
}

void postgres_server::make_cluster() {
  run_to_end({program("initdb"), "-D", folder_ / "data", "-U", "candela", "-A", "trust", "--no-sync", "-E", "UTF8",
              "--locale=C"},
             folder_);
}

void postgres_server::make_certificate() {
  run_to_end({"/usr/bin/openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
              "/CN=localhost", "-keyout", folder_ / "key.pem", "-out", folder_ / "certificate.pem"},
             folder_);
}

std::string postgres_server::url() const {
  const std::string where = by_ == reach::tcp ? "127.0.0.1 sslmode=require" : folder_.string();
  return "host=" + where + " port=" + std::to_string(port_) + " user=candela dbname=postgres";
}

void postgres_server::start() {
  launch();
  if (!wait_until_ready()) throw std::runtime_error("PostgreSQL does not start, see " + (folder_ / "log").string());
}

// PostgreSQL cannot choose a port: somebody may take the one that was free before it listens.
void postgres_server::start_at_free_port() {
  for (int i = 0; i != ports_to_try; ++i) {
    port_ = free_port();
    launch();
    if (wait_until_ready()) return;
  }
  throw std::runtime_error("PostgreSQL finds no port, see " + (folder_ / "log").string());
}

void postgres_server::launch() {
  std::vector<std::string> words{program("postgres"),  "-D", folder_ / "data", "-k", folder_, "-p",
                                 std::to_string(port_)};
  std::vector<std::string> all{
      "fsync=off",          "full_page_writes=off",
      "max_connections=60", "shared_buffers=16MB",
      "autovacuum=off",     by_ == reach::tcp ? "listen_addresses=127.0.0.1" : "listen_addresses="};
  if (by_ == reach::tcp) {
    all.insert(all.end(), {"ssl=on", "ssl_cert_file=" + (folder_ / "certificate.pem").string(),
                           "ssl_key_file=" + (folder_ / "key.pem").string()});
  }
  all.insert(all.end(), settings_.begin(), settings_.end());
  for (const std::string& each : all) words.insert(words.end(), {"-c", each});
  process_ = run(words, folder_, SIGQUIT);
}

// A server tells nobody that it is ready: looking again and again is the way, as pg_ctl does. False when it has ended.
bool postgres_server::wait_until_ready() {
  const auto patience = std::chrono::steady_clock::now() + start_patience;
  while (!says_ready(folder_ / "data", process_)) {
    if (has_ended(process_)) {
      process_ = -1;
      return false;
    }
    if (std::chrono::steady_clock::now() > patience) throw std::runtime_error("PostgreSQL does not start");
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return true;
}

void postgres_server::end(int signal) {
  ::kill(process_, signal);
  static_cast<void>(wait_for(process_));
  process_ = -1;
}

void postgres_server::stop() { end(SIGINT); }

void postgres_server::kill() { end(SIGQUIT); }

}  // namespace candela::testing
