#include "bench/floor/program.hpp"

#include <ctime>

namespace candela::bench {

volatile std::sig_atomic_t stop_requested = 0;

void stop_on_signals() {
  struct sigaction action{};
  action.sa_handler = [](int) { stop_requested = 1; };
  sigaction(SIGTERM, &action, nullptr);
  sigaction(SIGINT, &action, nullptr);
}

std::string answer_head(std::string_view content_type) {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char date[64];
  const std::size_t size = std::strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", &parts);
  std::string head = "HTTP/1.1 200 OK\r\nServer: candela\r\nDate: ";
  head.append(date, size).append("\r\nContent-Type: ").append(content_type).append("\r\nContent-Length: ");
  return head;
}

}  // namespace candela::bench
