// A Redis server of the tests' own: on a Unix socket in a temporary folder, keeping nothing, gone when they end.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace candela::testing {

/// Throws `std::runtime_error` when it cannot be started.
class redis_server {
 public:
  /// `options` as on its command line.
  explicit redis_server(std::vector<std::string> options = {}, std::uint16_t port = 0);
  /// One that listens on a port of 127.0.0.1 as well.
  [[nodiscard]] static redis_server on_free_port();
  redis_server(const redis_server&) = delete;
  redis_server& operator=(const redis_server&) = delete;
  ~redis_server();

  /// As the settings name it.
  [[nodiscard]] std::string url() const { return "unix:" + (folder_ / "socket").string(); }
  [[nodiscard]] const std::filesystem::path& folder() const noexcept { return folder_; }
  /// 0 for one that has none.
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

  /// Returns when it takes connections.
  void start();
  /// Ends it as a crash does.
  void kill();
  /// It holds still, with its connections open, until `resume`.
  void pause();
  void resume();

 private:
  std::vector<std::string> options_;
  std::filesystem::path folder_;
  std::uint16_t port_;
  pid_t process_ = -1;
};

}  // namespace candela::testing
