// A connection from its first byte to its end: the first bytes are a script (pieces, half-close, reset, windows, steps
// of the clock), the rest is what the peer sends. Whatever it is, the answers are well-formed and everything ends.
#include <candela/core/log.hpp>
#include <candela/core/manual_clock.hpp>
#include <candela/http/h1_context.hpp>
#include <candela/net/memory_transport.hpp>
#include <candela/net/sleep.hpp>
#include <candela/server/dispatcher.hpp>
#include <candela/server/exchange.hpp>
#include <stdexcept>
#include <tests/fuzz/answer_reader.hpp>
#include <tests/fuzz/recording_sink.hpp>

namespace {

using namespace candela;
using namespace std::chrono_literals;
using fuzz::require;

// What handlers leave for the script.
struct shared_state {
  std::vector<resume_token> tokens;
  bool cut = false;  // a response that had begun could not be completed
};

task<void> count_body(exchange& x) {
  std::size_t bytes = 0;
  for (;;) {
    auto piece = co_await x.read();
    if (!piece) co_return;
    if (piece->empty()) break;
    bytes += piece->size();
  }
  x.text(bytes);
}

task<void> answer_late(exchange& x) {
  static_cast<void>(co_await net::sleep_for(x.worker(), 20ms, x.cancellation()));
  x.text("late");
}

handler pipe_body(shared_state& state) {
  return [&state](exchange& x) -> task<void> {
    for (;;) {
      auto piece = co_await x.read();
      state.cut = state.cut || !piece;
      if (!piece || piece->empty()) break;
      auto written = co_await x.write(*piece);
      if (!written) break;
    }
  };
}

handler write_pieces(std::optional<std::uint64_t> announced) {
  return [announced](exchange& x) -> task<void> {
    if (announced) x.announce_length(*announced);
    const std::string piece(100, 'p');
    for (int i = 0; i != 10; ++i) {
      auto written = co_await x.write(piece);
      if (!written) co_return;
      if (i == 5) static_cast<void>(co_await net::sleep_for(x.worker(), 5ms, x.cancellation()));
    }
  };
}

std::unique_ptr<generation> make_routes(shared_state& state) {
  auto made = std::make_unique<generation>();
  const auto add = [&](http::method method, std::string_view pattern, handler answer, route_options options = {}) {
    auto one = std::make_unique<route>();
    one->method = method;
    one->pattern = pattern;
    one->handler = std::move(answer);
    one->options = std::move(options);
    made->add(std::move(one));
  };
  using enum http::method;
  add(get, "/{name}", [](exchange& x) { x.text("hello ", x.path("name")); });
  add(get, "/empty", [](exchange& x) { x.response().status(204); });
  add(get, "/throws", [](exchange&) { throw std::runtime_error("thrown"); });
  add(get, "/late", answer_late);
  add(get, "/known", write_pieces(1000));
  add(get, "/pieces", write_pieces(std::nullopt));
  add(get, "/token", [&](exchange& x) { state.tokens.push_back(x.suspend()); }, {.may_suspend = true});
  add(post, "/echo", [](exchange& x) { x.text(x.request().body()); });
  add(post, "/small", [](exchange& x) { x.text(x.request().body()); }, {.max_body_bytes = 8});
  add(post, "/count", count_body, {.body = body_mode::streamed});
  add(post, "/pipe", pipe_body(state), {.body = body_mode::streamed});
  add(post, "/unread", [](exchange& x) { x.text("unread"); }, {.body = body_mode::unread});
  made->freeze();
  return made;
}

http::h1_settings settings_of(std::uint8_t choice) {
  http::h1_settings settings;
  if ((choice & 1) != 0) settings.body_window = 64;
  if ((choice & 2) != 0) settings.write_high_mark = 256, settings.write_low_mark = 64;
  if ((choice & 4) != 0) settings.max_pipelined = 2;
  if ((choice & 8) != 0) settings.early_discard_bytes = 16;
  if ((choice & 16) != 0) settings.head = {.max_head_bytes = 256, .max_target_bytes = 64, .max_headers = 4};
  if ((choice & 32) != 0) settings.half_close_grace = 0ms;
  return settings;
}

// A worker with one connection.
class connection_run {
 public:
  explicit connection_run(std::uint8_t choice) {
    server_.use(make_routes(state_));
    context_.emplace(worker_, sink_, settings_of(choice));
    context_->open(peer_.make());
  }
  ~connection_run() {
    context_.reset();
    turns(2);
  }

  void send(std::string_view bytes) { peer_.send(bytes); }
  void turns(int count) {
    for (; count != 0; --count) worker_.loop().turn();
  }
  void pass(std::chrono::milliseconds time) {
    time_.advance(time);
    worker_.loop().fire_timers();
    turns(1);
  }
  void take() { received_ += peer_.take(); }

  /// Does what one byte of the script says; `wire` is what is not sent yet.
  void step(std::uint8_t code, std::string_view& wire) {
    const unsigned argument = code & 31u;
    switch (code >> 5) {
      case 0: send_some(wire, 1 + argument); break;
      case 1: send_some(wire, 32 * (1 + argument)); break;
      case 2: turns(1 + argument % 4); break;
      case 3: pass(argument * argument * 50ms); break;
      case 4: take(); break;
      case 5: disturbed_ = true, peer_.set_window(argument * argument * 16); break;
      case 6: resume_tokens(argument % 2 == 0); break;
      default: step_of_life(argument % 8); break;
    }
  }

  /// Lets every time-out pass that there is, reading what comes.
  void settle() {
    if (!reset_) peer_.set_window(SIZE_MAX);
    for (int i = 0; i != 20; ++i) {
      state_.tokens.clear();
      turns(2);
      take();
      pass(i < 10 ? 100ms : 20s);
    }
    take();
  }

  void check() const {
    require(peer_.closed());
    require(server_.running() == 0);
    require(context_->connections() == 0);
    const bool whole = !disturbed_ && !state_.cut;
    fuzz::answer_reader reader(received_);
    std::size_t answered = 0;
    for (const auto& due : sink_.all()) {
      const auto next = next_final(reader, due);
      if (!next) break;
      ++answered;
      if (due.refused) require(next->status >= 400 && next->closes);
      if (next->closes) require(reader.left().empty() && answered == sink_.all().size());
    }
    if (answered == sink_.all().size()) require(reader.left().empty());
    if (whole) require(answered == sink_.all().size());
  }

  [[nodiscard]] const std::string& received() const { return received_; }

 private:
  static std::optional<fuzz::answer> next_final(fuzz::answer_reader& reader, const fuzz::recording_sink::due& due) {
    auto next = reader.next(due.to_head);
    if (!next || next->status != 100) return next;
    require(due.expects);
    next = reader.next(due.to_head);
    require(!next || next->status != 100);
    return next;
  }

  void send_some(std::string_view& wire, std::size_t bytes) {
    send(wire.substr(0, bytes));
    wire.remove_prefix(std::min(bytes, wire.size()));
  }
  void resume_tokens(bool answered) {
    for (resume_token& token : std::exchange(state_.tokens, {})) {
      if (answered) token.resume();
    }
  }
  void step_of_life(unsigned what) {
    // A drain or a reload is no excuse for a request without its answer.
    disturbed_ = disturbed_ || what == 0 || what == 1 || what == 4;
    switch (what) {
      case 0: peer_.end(); break;
      case 1: reset_ = true, peer_.reset(); break;
      case 2: context_->drain(); break;
      case 3: server_.use(make_routes(state_)); break;
      case 4: server_.cancel_all(); break;
      default: turns(1); break;
    }
  }

  shared_state state_;
  manual_clock time_;
  net::worker worker_{0, &time_};
  dispatcher server_{worker_};
  fuzz::recording_sink sink_{server_};
  std::optional<http::h1_context> context_;
  net::memory_peer peer_;
  std::string received_;
  bool disturbed_ = false;
  bool reset_ = false;
};

void run_script(std::uint8_t choice, std::string_view script, std::string_view wire) {
  connection_run run(choice);
  for (const char code : script) run.step(static_cast<std::uint8_t>(code), wire);
  run.send(wire);
  run.settle();
  run.check();
}

std::string chunked(std::string_view script, std::string_view body) {
  std::string wire;
  for (std::size_t i = 0; !body.empty(); ++i) {
    const std::size_t bytes = script.empty() ? body.size() : 1 + static_cast<unsigned char>(script[i % script.size()]);
    const std::string_view piece = body.substr(0, bytes);
    char size[20];
    wire.append(size, std::to_chars(size, size + sizeof size, piece.size(), 16).ptr);
    wire.append("\r\n").append(piece).append("\r\n");
    body.remove_prefix(piece.size());
  }
  return wire + "0\r\n\r\n";
}

// A body comes back byte for byte, however it is framed and cut.
void echo(std::string_view path, bool in_chunks, std::string_view script, std::string_view body) {
  connection_run run(0);
  std::string wire = "POST " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n";
  if (in_chunks) {
    wire.append("Transfer-Encoding: chunked\r\n\r\n").append(chunked(script, body));
  } else {
    wire.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n\r\n").append(body);
  }
  std::string_view left = wire;
  // Only the steps that send: the low bits say how much.
  for (const char code : script) run.step(static_cast<std::uint8_t>(code) & 63, left);
  run.send(left);
  run.turns(2);
  run.take();
  fuzz::answer_reader reader(run.received());
  const auto answer = reader.next(false);
  require(answer && answer->status == 200 && answer->body == body && reader.left().empty());
}

// Handlers that throw would write a record each.
bool silence_log() {
  log::options silent;
  silent.minimum = log::level::off;
  silent.output.to_stderr = false;
  log::configure(silent);
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const bool quiet = silence_log();
  if (!quiet || size < 2) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data + 2), size - 2);
  const std::string_view script = text.substr(0, data[1] % 32);
  const std::string_view wire = text.substr(script.size());
  run_script(data[0], script, wire);
  const bool in_chunks = (data[0] & 64) != 0;
  echo((data[0] & 128) != 0 ? "/pipe" : "/echo", in_chunks, script, wire);
  return 0;
}
