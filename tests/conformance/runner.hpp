// Runs a case against a server over a socket of its own.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/conformance/delivery.hpp"
#include "tests/conformance/test_case.hpp"
#include "tests/system/client.hpp"

namespace candela::conformance {

/// A server that serves with one worker, and the connection by which the runner knows what that worker has done.
class server_under_test {
 public:
  explicit server_under_test(std::uint16_t port) : port_(port), witness_(port) {}

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

  /// Returns when the server has dealt with every byte that was sent to it before. Throws `violation` when it stalls.
  void settle();

 private:
  std::uint16_t port_;
  system_test::client witness_;
};

/// Runs `what` in every delivery. Returns what went wrong, ready to be read; empty when nothing did.
[[nodiscard]] std::string run(const test_case& what, server_under_test& against);

}  // namespace candela::conformance
