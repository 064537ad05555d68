// A service as a process of its own, and a client that speaks to it over TCP.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace candela::testing {

constexpr std::chrono::seconds patience{20};

/// Waits until `descriptor` can be read; throws when that takes too long.
inline void await_readable(int descriptor, std::string_view what) {
  pollfd waiting{descriptor, POLLIN, 0};
  if (poll(&waiting, 1, static_cast<int>(std::chrono::milliseconds(patience).count())) <= 0) {
    throw std::runtime_error("waited too long for " + std::string(what));
  }
}

/// The echo service with those arguments; what it prints, on both streams, is kept. Ended with the object.
class child {
 public:
  explicit child(std::vector<std::string> arguments) {
    int ends[2];
    if (pipe(ends) != 0) throw std::runtime_error("no pipe");
    arguments.insert(arguments.begin(), ECHO_PROGRAM);
    std::vector<char*> raw;
    for (std::string& each : arguments) raw.push_back(each.data());
    raw.push_back(nullptr);
    id_ = fork();
    if (id_ == 0) {
      dup2(ends[1], STDOUT_FILENO);
      dup2(ends[1], STDERR_FILENO);
      close(ends[0]);
      close(ends[1]);
      execv(raw[0], raw.data());
      _exit(127);
    }
    close(ends[1]);
    output_ = ends[0];
  }
  child(const child&) = delete;
  child& operator=(const child&) = delete;
  ~child() {
    if (!ended_) {
      kill(id_, SIGKILL);
      waitpid(id_, nullptr, 0);
    }
    close(output_);
  }

  void signal(int number) const { kill(id_, number); }

  /// Reads on until what was printed since the last such call holds `text`.
  void await(std::string_view text) {
    for (;;) {
      const std::size_t found = printed_.find(text, seen_);
      if (found != std::string::npos) {
        seen_ = found + text.size();
        return;
      }
      if (!read_more(text)) throw std::runtime_error("ended without \"" + std::string(text) + "\": " + printed_);
    }
  }

  /// The port of the banner.
  std::uint16_t port(std::string_view scheme = "http") {
    await("listening on " + std::string(scheme) + "://127.0.0.1:");
    const std::size_t begin = seen_;
    await("\n");
    return static_cast<std::uint16_t>(std::stoi(printed_.substr(begin)));
  }

  /// Waits for its end and gives its exit status, as a shell counts it.
  int end() {
    while (read_more("the end")) {
    }
    int status = 0;
    waitpid(id_, &status, 0);
    ended_ = true;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

  [[nodiscard]] const std::string& printed() const noexcept { return printed_; }

 private:
  bool read_more(std::string_view what) {
    await_readable(output_, what);
    char bytes[4096];
    const ssize_t count = read(output_, bytes, sizeof bytes);
    if (count <= 0) return false;
    printed_.append(bytes, static_cast<std::size_t>(count));
    return true;
  }

  pid_t id_ = 0;
  int output_ = -1;
  bool ended_ = false;
  std::string printed_;
  std::size_t seen_ = 0;
};

/// One connection to a port of this machine.
class connection {
 public:
  explicit connection(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(port);
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&where), sizeof where) != 0) {
      ::close(socket_);
      throw std::runtime_error("cannot connect");
    }
  }
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;
  ~connection() { ::close(socket_); }

  void get(std::string_view path) { send("GET " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n\r\n"); }

  void send(std::string_view bytes) {
    if (::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(bytes.size())) {
      throw std::runtime_error("cannot send");
    }
  }

  /// Reads on until what arrived holds `text`, or until the peer's end when `text` is empty.
  const std::string& await(std::string_view text) {
    while (text.empty() || received_.find(text) == std::string::npos) {
      await_readable(socket_, text);
      char bytes[4096];
      const ssize_t count = ::recv(socket_, bytes, sizeof bytes, 0);
      if (count <= 0) break;
      received_.append(bytes, static_cast<std::size_t>(count));
    }
    return received_;
  }

 private:
  int socket_;
  std::string received_;
};

/// The answer to one request on a connection of its own, up to `text`.
inline std::string answer_of(std::uint16_t port, std::string_view path, std::string_view text) {
  connection client(port);
  client.get(path);
  return client.await(text);
}

/// A file in a folder that is gone with the object.
class scratch_file {
 public:
  explicit scratch_file(std::string_view content) {
    std::string pattern = std::filesystem::temp_directory_path() / "candela-service-XXXXXX";
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no folder");
    folder_ = pattern;
    write(content);
  }
  scratch_file(const scratch_file&) = delete;
  scratch_file& operator=(const scratch_file&) = delete;
  ~scratch_file() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  void write(std::string_view content) const { std::ofstream(path()) << content; }
  [[nodiscard]] std::string path() const { return folder_ / "service.yml"; }

 private:
  std::filesystem::path folder_;
};

}  // namespace candela::testing
