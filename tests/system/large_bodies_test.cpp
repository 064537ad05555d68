// A gigabyte each way passes through in constant memory.
#include <doctest/doctest.h>

#include <thread>

#include "tests/system/echo_service.hpp"

using namespace candela::system_test;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t gigabyte = std::size_t{1} << 30;
constexpr std::size_t growth_kib = 8 * 1024;

/// Watches how far the memory of a service grows.
class growth {
 public:
  explicit growth(server_process& of) : service_(of) {
    REQUIRE(is_served(of.port()));
    before_ = of.memory_kib("VmHWM");
  }
  [[nodiscard]] std::size_t kib() const { return service_.memory_kib("VmHWM") - before_; }

 private:
  server_process& service_;
  std::size_t before_ = 0;
};

// Sends the body of a request in pieces while the caller reads.
void send_gigabyte(client by, bool chunked) {
  std::string piece(256 * 1024, 'u');
  if (chunked) piece = "40000\r\n" + piece + "\r\n";
  for (std::size_t sent = 0; sent != gigabyte; sent += 256 * 1024) {
    if (!by.send(piece)) return;
  }
  if (chunked) by.send("0\r\n\r\n");
}

}  // namespace

TEST_CASE("a gigabyte up and back, sized, needs no memory of its size") {
  server_process service(echo_options());
  const growth memory(service);
  client by(service.port());
  by.send(request("POST", "/stream", "Content-Length: 1073741824\r\n"));
  const std::jthread sending(send_gigabyte, by.sender(), false);
  CHECK(read_response(by).body_bytes == gigabyte);
  MESSAGE("the service grew by " << memory.kib() << " KiB");
  CHECK(memory.kib() < growth_kib);
  CHECK(is_served(by));
}

TEST_CASE("a gigabyte up and back, chunked, needs no memory of its size") {
  server_process service(echo_options());
  const growth memory(service);
  client by(service.port());
  by.send(request("POST", "/stream", "Transfer-Encoding: chunked\r\n"));
  const std::jthread sending(send_gigabyte, by.sender(), true);
  CHECK(read_response(by).body_bytes == gigabyte);
  MESSAGE("the service grew by " << memory.kib() << " KiB");
  CHECK(memory.kib() < growth_kib);
  CHECK(is_served(by));
}

TEST_CASE("a gigabyte down needs no memory of its size") {
  server_process service(echo_options());
  const growth memory(service);
  client by(service.port());
  by.send(request("GET", "/big/1073741824"));
  CHECK(read_response(by).body_bytes == gigabyte);
  MESSAGE("the service grew by " << memory.kib() << " KiB");
  CHECK(memory.kib() < growth_kib);
  CHECK(is_served(by));
}

TEST_CASE("a client that reads nothing costs no more memory than the marks allow") {
  server_process service(echo_options());
  const growth memory(service);
  client stalled(service.port(), 4096);
  stalled.send(request("GET", "/big/1073741824"));
  REQUIRE(stalled.fill() == arrival::bytes);
  client other(service.port());
  for (int i = 0; i != 100; ++i) REQUIRE(is_served(other));
  CHECK(memory.kib() < 2048);
  stalled.reset();
  CHECK(is_served(other));
}
