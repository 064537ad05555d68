// Filters see every byte of a body once and in order: buffered, streamed, and across suspensions.
#include <doctest/doctest.h>

#include <candela/net/sleep.hpp>
#include <tests/server/recorder.hpp>

using namespace candela;
using namespace candela::testing;

namespace {

class shifting final : public body_filter {
 public:
  explicit shifting(int by) : by_(by) {}
  std::optional<problem> on_chunk(exchange&, std::string_view piece, body_sink& out) override {
    std::string shifted(piece);
    for (char& byte : shifted) byte = static_cast<char>(byte + by_);
    out.append(shifted);
    return std::nullopt;
  }
  std::optional<problem> on_end(exchange&, body_sink&) override { return std::nullopt; }

 private:
  int by_;
};

// Keeps everything back until the end, then gives it framed.
class hoarding final : public body_filter {
 public:
  std::optional<problem> on_chunk(exchange&, std::string_view piece, body_sink&) override {
    kept_ += piece;
    return std::nullopt;
  }
  std::optional<problem> on_end(exchange&, body_sink& out) override {
    out.append("[" + kept_ + "]");
    return std::nullopt;
  }

 private:
  std::string kept_;
};

class failing final : public body_filter {
 public:
  failing(std::size_t after, bool throws) : left_(after), throws_(throws) {}
  std::optional<problem> on_chunk(exchange&, std::string_view piece, body_sink& out) override {
    if (piece.size() > left_) {
      if (throws_) throw std::runtime_error("filter");
      return problem::unprocessable("the filter says no");
    }
    left_ -= piece.size();
    out.append(piece);
    return std::nullopt;
  }
  std::optional<problem> on_end(exchange&, body_sink&) override { return std::nullopt; }

 private:
  std::size_t left_;
  bool throws_;
};

// Makes a thousand bytes of each, for as long as somebody takes them.
class exploding final : public body_filter {
 public:
  explicit exploding(std::size_t* appended) : appended_(appended) {}
  std::optional<problem> on_chunk(exchange&, std::string_view piece, body_sink& out) override {
    for (const char byte : piece) {
      ++*appended_;
      if (!out.append(std::string(1000, byte))) break;
    }
    return std::nullopt;
  }
  std::optional<problem> on_end(exchange&, body_sink&) override { return std::nullopt; }

 private:
  std::size_t* appended_;
};

template <class Filter, bool Input, class... Arguments>
auto attaching(Arguments... arguments) {
  class stage {
   public:
    explicit stage(Arguments... values) : arguments_(values...) {}
    step on_request(exchange& x) {
      std::apply(
          [&](auto... each) {
            auto& made = x.arena().make<Filter>(each...);
            Input ? x.filter_input(made) : x.filter_output(made);
          },
          arguments_);
      return step::next;
    }

   private:
    std::tuple<Arguments...> arguments_;
  };
  return stage(arguments...);
}

class waiting_stage {
 public:
  task<step> on_request(exchange& x) {
    static_cast<void>(co_await net::sleep_for(x.worker(), std::chrono::milliseconds(5), x.cancellation()));
    co_return step::next;
  }
};

class greedy_stage {
 public:
  static constexpr stage_needs needs = stage_needs::whole_body;
  step on_request(exchange&) { return step::next; }
};

std::string post(std::string_view path, std::string_view body) {
  return "POST " + std::string(path) + " HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + std::string(body);
}

void echo(exchange& x) { x.text(x.request().body()); }

task<void> echo_stream(exchange& x) {
  for (;;) {
    auto piece = co_await x.read();
    if (!piece || piece->empty()) co_return;
    auto written = co_await x.write(*piece);
    if (!written) co_return;
  }
}

std::string unchunked(std::string_view answer) {
  std::string body;
  std::string rest = body_of(answer);
  while (!rest.empty()) {
    const std::size_t bytes = std::stoul(rest, nullptr, 16);
    const std::size_t start = rest.find("\r\n") + 2;
    body += rest.substr(start, bytes);
    rest.erase(0, start + bytes + 2);
    if (bytes == 0) break;
  }
  return body;
}

// Sends `request` in pieces of `bytes`, with turns between, and gives the answer.
std::string trickle(server_fixture& server, std::string_view request, std::size_t bytes) {
  net::memory_peer peer;
  server.connect(peer);
  for (std::size_t at = 0; at < request.size(); at += bytes) {
    peer.send(request.substr(at, bytes));
    server.turn();
  }
  server.pass(std::chrono::milliseconds(6));
  server.turns(3);
  return peer.take();
}

}  // namespace

TEST_CASE("filters change buffered bodies in both directions, whole and in pieces") {
  server_fixture server;
  server.post("/", echo,
              {server.keep(attaching<shifting, true>(1)), server.keep(attaching<hoarding, true>()),
               server.keep(attaching<hoarding, false>()), server.keep(attaching<shifting, false>(1))});
  server.serve();
  // In: shifted, then framed. Out: framed, then shifted.
  for (const std::size_t bytes : {1, 7, 1000}) CHECK(body_of(trickle(server, post("/", "abc"), bytes)) == "\\\\cde^^");
}

TEST_CASE("filters change streamed bodies in both directions") {
  server_fixture server;
  server.post("/", echo_stream, {server.keep(attaching<shifting, true>(1)), server.keep(attaching<hoarding, false>())},
              {.body = body_mode::streamed});
  server.serve();
  for (const std::size_t bytes : {1, 7, 1000})
    CHECK(unchunked(trickle(server, post("/", "abcdef"), bytes)) == "[bcdefg]");
}

TEST_CASE("a filter sees what arrives while the stages behind it wait") {
  for (const auto mode : {body_mode::buffered, body_mode::streamed}) {
    server_fixture server;
    const bool streamed = mode == body_mode::streamed;
    server.post("/", streamed ? handler(echo_stream) : handler(echo),
                {server.keep(attaching<shifting, true>(1)), server.keep(waiting_stage()),
                 server.keep(attaching<hoarding, true>())},
                {.body = mode});
    server.serve();
    for (const std::size_t bytes : {1, 9, 1000}) {
      const std::string answer = trickle(server, post("/", "abcdef"), bytes);
      CHECK((streamed ? unchunked(answer) : body_of(answer)) == "[bcdefg]");
    }
  }
}

TEST_CASE("an empty body reaches the filters as an end") {
  server_fixture server;
  server.get("/", [](exchange& x) { x.text(x.request().body()); },
             {server.keep(attaching<hoarding, true>()), server.keep(attaching<hoarding, false>())});
  server.get("/empty", [](exchange&) {}, {server.keep(attaching<hoarding, false>())});
  server.serve();
  CHECK(body_of(server.ask(get_request("/"))) == "[[]]");
  CHECK(body_of(server.ask(get_request("/empty"))) == "[]");
}

TEST_CASE("an input filter that fails or throws decides the answer") {
  for (const bool throws : {false, true}) {
    for (const auto mode : {body_mode::buffered, body_mode::streamed}) {
      server_fixture server;
      int handled = 0;
      server.post("/",
                  mode == body_mode::buffered ? handler([&](exchange& x) { ++handled, x.text("handled"); })
                                              : handler([&](exchange& x) -> task<void> {
                                                  for (;;) {
                                                    auto piece = co_await x.read();
                                                    if (!piece || piece->empty()) break;
                                                  }
                                                  x.text("read");
                                                }),
                  {server.keep(attaching<failing, true>(std::size_t{3}, throws))}, {.body = mode});
      server.serve();
      for (const std::size_t bytes : {1, 1000}) {
        const std::string answer = trickle(server, post("/", "abcdef"), bytes);
        CHECK(status_of(answer) ==
              (throws ? "HTTP/1.1 500 Internal Server Error" : "HTTP/1.1 422 Unprocessable Content"));
      }
      CHECK(handled == 0);
      CHECK(server.dispatcher().running() == 0);
    }
  }
}

TEST_CASE("a filter that makes too much of a body is stopped where the limit is, and the answer is a 413") {
  std::size_t appended = 0;
  std::string ended_with = "nothing";
  server_fixture server;
  const auto counted = [&](exchange& x) -> task<void> {
    for (;;) {
      auto piece = co_await x.read();
      if (piece && !piece->empty()) continue;
      ended_with = piece ? "the end" : piece.error().text();
      co_return x.text("read");
    }
  };
  const auto filters = [&] {
    return std::vector{server.keep(attaching<exploding, true>(&appended)), server.keep(attaching<shifting, true>(1))};
  };
  server.post("/buffered", echo, filters(), {.max_body_bytes = 10'000});
  server.post("/streamed", counted, filters(), {.body = body_mode::streamed, .max_expansion_bytes = 10'000});
  server.serve();
  for (const std::string_view path : {"/buffered", "/streamed"}) {
    CAPTURE(path);
    for (const std::size_t bytes : {std::size_t{60'000}, std::size_t{1000}}) {
      appended = 0;
      CHECK(status_of(trickle(server, post(path, std::string(2000, 'x')), bytes)) == "HTTP/1.1 413 Content Too Large");
      CHECK(appended <= 13);
      CHECK(body_of(trickle(server, post(path, "123456789"), bytes)).size() == (path == "/buffered" ? 9000 : 4));
      CHECK(server.dispatcher().running() == 0);
    }
  }
  CHECK(ended_with == "the end");
}

TEST_CASE("a filter that makes no more than it gets does not count against what filters may make") {
  server_fixture server;
  server.post("/", echo_stream, {server.keep(attaching<shifting, true>(0))},
              {.body = body_mode::streamed, .max_expansion_bytes = 0});
  server.serve();
  const std::string body(100'000, 'x');
  CHECK(unchunked(trickle(server, post("/", body), 7000)) == body);
}

TEST_CASE("an output filter that fails makes a buffered answer a problem and breaks a streamed one") {
  server_fixture server;
  server.get("/buffered", [](exchange& x) { x.text("abcdef"); },
             {server.keep(attaching<failing, false>(std::size_t{3}, false))});
  server.get("/streamed",
             [](exchange& x) -> task<void> {
               auto first = co_await x.write("abc");
               CHECK(first.has_value());
               auto second = co_await x.write("def");
               CHECK(!second.has_value());
             },
             {server.keep(attaching<failing, false>(std::size_t{3}, false))});
  server.serve();
  CHECK(status_of(server.ask(get_request("/buffered"))) == "HTTP/1.1 422 Unprocessable Content");
  net::memory_peer peer;
  server.connect(peer);
  peer.send(get_request("/streamed"));
  server.turns(3);
  CHECK(peer.take().find("0\r\n\r\n") == std::string::npos);
  CHECK(peer.closed());
  CHECK(server.dispatcher().running() == 0);
}

TEST_CASE("an input filter behind a stage that has the body is refused") {
  server_fixture server;
  server.post("/", echo, {server.keep(greedy_stage()), server.keep(attaching<hoarding, true>())});
  server.serve();
  CHECK(status_of(server.ask(post("/", "abc"))) == "HTTP/1.1 500 Internal Server Error");
}
