// floor [--port P] [--answer plaintext|json]: the bare responder as a program; SIGTERM and SIGINT end it.
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>

#include "bench/floor/program.hpp"
#include "bench/floor/responder.hpp"
#include "bench/measure/arguments.hpp"

namespace {

std::string answer(std::string_view type, std::string_view body) {
  return candela::bench::answer_head(type) + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

std::string answer_named(std::string_view name) {
  if (name == "json") return answer("application/json", R"({"message":"Hello, World!"})");
  return answer("text/plain; charset=utf-8", "Hello, World!");
}

}  // namespace

int main(int argc, char** argv) try {
  const candela::bench::arguments options(argc, argv, {"--port", "--answer"});
  candela::bench::stop_on_signals();
  const auto port = static_cast<std::uint16_t>(options.number("--port", 0, 0, 65535));
  candela::bench::responder server(answer_named(options.choice("--answer", {"plaintext", "json"})), port);
  std::printf("listening on 127.0.0.1:%u\n", static_cast<unsigned>(server.port()));
  std::fflush(stdout);
  server.run(candela::bench::stop_requested);
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "floor: %s\n", error.what());
  return 2;
}
