// floor [--port P] [--answer plaintext|json]: the bare responder as a program; SIGTERM and SIGINT end it.
#include <csignal>
#include <cstdio>
#include <ctime>
#include <exception>
#include <string>
#include <string_view>

#include "bench/floor/responder.hpp"
#include "bench/measure/arguments.hpp"

namespace {

volatile std::sig_atomic_t stop_requested = 0;

void end_on(int signal) {
  struct sigaction action{};
  action.sa_handler = [](int) { stop_requested = 1; };
  sigaction(signal, &action, nullptr);
}

std::string http_date() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[64];
  return {text, std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts)};
}

// The same fields as the service's own answer, so that both servers move the same bytes.
std::string answer(std::string_view type, std::string_view body) {
  std::string text = "HTTP/1.1 200 OK\r\nServer: candela\r\nDate: ";
  text.append(http_date()).append("\r\nContent-Type: ").append(type);
  text.append("\r\nContent-Length: ").append(std::to_string(body.size())).append("\r\n\r\n").append(body);
  return text;
}

std::string answer_named(std::string_view name) {
  if (name == "json") return answer("application/json", R"({"message":"Hello, World!"})");
  return answer("text/plain; charset=utf-8", "Hello, World!");
}

}  // namespace

int main(int argc, char** argv) try {
  const candela::bench::arguments options(argc, argv, {"--port", "--answer"});
  end_on(SIGTERM);
  end_on(SIGINT);
  const auto port = static_cast<std::uint16_t>(options.number("--port", 0, 0, 65535));
  candela::bench::responder server(answer_named(options.choice("--answer", {"plaintext", "json"})), port);
  std::printf("listening on 127.0.0.1:%u\n", static_cast<unsigned>(server.port()));
  std::fflush(stdout);
  server.run(stop_requested);
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "floor: %s\n", error.what());
  return 2;
}
