// The service that conformance, interop and load runs talk to: one route for each way of answering.
#include <candela/candela.hpp>
#include <charconv>
#include <chrono>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>

using candela::exchange;
using candela::problem;
using candela::task;

namespace echo {

struct greeting {
  std::string_view message;
};
CANDELA_DESCRIBE(greeting, message)

struct two_segments {
  std::string_view a;
  std::string_view b;
};
CANDELA_DESCRIBE(two_segments, a, b)

void plaintext(exchange& x) { x.text("Hello, World!"); }

void json(exchange& x) { x.json(greeting{"Hello, World!"}); }

void path(exchange& x) { x.json(two_segments{x.path("a"), x.path("b")}); }

void body(exchange& x) {
  const std::string_view type = x.header("content-type");
  x.response().content_type(type.empty() ? "application/octet-stream" : type).body(x.request().body());
}

void boom(exchange&) { throw std::runtime_error("this route always fails"); }

// A repeated field becomes one member, joined as RFC 9110, section 5.3 allows.
void headers(exchange& x) {
  std::map<std::string, std::string> fields;
  for (const candela::http::header_field& field : x.request().headers()) {
    std::string& value = fields[std::string(field.name)];
    value.append(value.empty() ? "" : ", ").append(field.value);
  }
  x.json(fields);
}

std::uint64_t number(exchange& x, std::string_view name, std::uint64_t most) {
  const std::string_view text = x.path(name);
  std::uint64_t value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc() || end != text.data() + text.size() || value > most) {
    throw problem::bad_request(std::string(name) + " must be a number from 0 to " + std::to_string(most) + ".");
  }
  return value;
}

task<void> sleep(exchange& x) {
  const std::chrono::milliseconds pause(number(x, "ms", 60'000));
  const auto slept = co_await candela::net::sleep_for(x.loop(), pause, x.cancellation());
  if (slept) x.text("slept ", pause.count(), " ms");
}

task<void> stream(exchange& x) {
  for (;;) {
    const auto piece = co_await x.read();
    if (!piece || piece->empty()) co_return;
    const auto written = co_await x.write(*piece);
    if (!written) co_return;
  }
}

task<void> big(exchange& x) {
  static const std::string block = [] {
    constexpr std::string_view line = "All work and no play makes a dull stream of bytes, said the echo.\n";
    std::string lines;
    while (lines.size() < 64 * 1024) lines += line;
    return lines;
  }();
  std::uint64_t left = number(x, "bytes", std::uint64_t{1} << 40);
  x.response().content_type("application/octet-stream");
  x.announce_length(left);
  while (left != 0) {
    const std::string_view piece = std::string_view(block).substr(0, left);
    const auto written = co_await x.write(piece);
    if (!written) co_return;
    left -= piece.size();
  }
}

}  // namespace echo

int main(int argc, char** argv) {
  candela::service service(argc, argv);
  service.about("echo", "0.1.0");
  if (service.flag("--chain", "put the default chain in front: correlation_id, metrics, security_headers")) {
    service.use_default_chain();
  }
  constexpr std::size_t largest_echo = 16 * 1024 * 1024;
  service.get("/plaintext", echo::plaintext)
      .get("/plaintext/{n}", echo::plaintext)
      .get("/json", echo::json)
      .get("/headers", echo::headers)
      .get("/path/{a}/{b}", echo::path)
      .get("/sleep/{ms}", echo::sleep, {.deadline = std::chrono::minutes(2)})
      .get("/big/{bytes}", echo::big)
      .get("/boom", echo::boom)
      .route(candela::http::method::get, "/health", "health")
      .route(candela::http::method::get, "/metrics", "metrics")
      .post("/echo", echo::body, {.max_body_bytes = largest_echo})
      .post("/stream", echo::stream, {.body = candela::body_mode::streamed});
  return service.run();
}
