// A PostgreSQL server of the tests' own: in a temporary folder, as an unprivileged user, gone when they end.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace candela::testing {

/// Listens on a Unix socket in its folder, and on a port of 127.0.0.1 (with TLS) when that is asked for. Throws
/// `std::runtime_error` when it cannot be made.
class postgres_server {
 public:
  enum class reach : std::uint8_t { socket, tcp };

  explicit postgres_server(reach by = reach::socket, std::vector<std::string> settings = {});
  postgres_server(const postgres_server&) = delete;
  postgres_server& operator=(const postgres_server&) = delete;
  ~postgres_server();

  /// One that all tests of a program share.
  static postgres_server& shared();

  /// libpq's connection string: over the Unix socket, or over TCP.
  [[nodiscard]] std::string url() const;
  [[nodiscard]] const std::filesystem::path& folder() const noexcept { return folder_; }
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

  /// Runs it again after `stop` or `kill`; returns when it takes connections.
  void start();
  /// Waits for its end; connections are cut (fast shutdown).
  void stop();
  /// Ends it as a crash does.
  void kill();
  [[nodiscard]] bool running() const noexcept { return process_ > 0; }

 private:
  void make_cluster();
  void make_certificate();
  void start_at_free_port();
  void launch();
  [[nodiscard]] bool wait_until_ready();
  void end(int signal);

  reach by_;
  std::vector<std::string> settings_;
  std::filesystem::path folder_;
  std::uint16_t port_ = 5432;
  pid_t process_ = -1;
};

}  // namespace candela::testing
