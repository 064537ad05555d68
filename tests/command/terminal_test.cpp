// What verbs do at a terminal, and nowhere else.
#include <doctest/doctest.h>

#include <candela/jose/password_hash.hpp>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "key_files.hpp"
#include "terminal.hpp"

using namespace candela::command;

namespace {

// What a verb shows on a terminal that is its standard output.
std::string shown_by(const std::vector<std::string>& words) {
  const terminal screen;
  {
    const connected out(screen, STDOUT_FILENO);
    CHECK(run(words) == success);
  }
  std::string all;
  for (std::string more = screen.shown(); !more.empty(); more = screen.shown()) all += more;
  return all;
}

/// A verb that asks at a terminal, each time answered by the next line.
struct conversation {
  conversation(const std::vector<std::string>& words, const std::vector<std::string>& lines) {
    const terminal screen;
    const scratch here;
    // Open before anybody reads, who would otherwise find that it is not.
    std::optional<connected> in(std::in_place, screen, STDIN_FILENO);
    std::thread user([&] { answer(screen, lines); });
    {
      const captured to(here, "out", stdout);
      const connected error(screen, STDERR_FILENO);
      status = run(words);
    }
    in.reset();
    user.join();
    out = here.read("out");
  }

  int status = 0;
  std::string out;
  std::string seen;

 private:
  void answer(const terminal& screen, const std::vector<std::string>& lines) {
    auto next = lines.begin();
    for (std::string more = screen.shown(); !more.empty(); more = screen.shown()) {
      seen += more;
      if (seen.ends_with(": ") && next != lines.end()) screen.type(*next++ + '\n');
    }
  }
};

}  // namespace

TEST_CASE("the line of a message ends at a terminal, and nowhere else") {
  const key_folder here;
  here.make("own", {});
  here.make("opener", {"--kind", "X25519"});
  const std::string content = here.file("content", "x");
  const std::vector<std::string> sign{"jose", "sign", "--key", here.path("own.jwk"), content};
  const std::vector<std::string> encrypt{"jose", "encrypt", "--key", here.path("opener.pub.jwk"), content};
  for (const auto& call : {sign, encrypt}) {
    const std::string written = ask(call).out;
    CHECK(!written.empty());
    CHECK(written.find_first_of("\r\n") == std::string::npos);
    const std::string shown = shown_by(call);
    CHECK(shown.find_first_of("\r\n") == shown.size() - 2);
  }
  const std::vector<std::string> verify{"jose", "verify", "--key", here.path("own.pub.jwk"),
                                        here.file("message", ask(sign).out)};
  CHECK(ask(verify).out == "x");
  CHECK(shown_by(verify) == "x\r\n");
}

TEST_CASE("a new password is asked for twice and never shown") {
  const conversation had({"keys", "hash", "--cost", "10"}, {"open sesame", "open sesame"});
  CHECK(had.status == success);
  CHECK(had.seen == "password: \r\npassword again: \r\n");
  const auto hash = candela::jose::password_hash::parse(had.out.substr(0, had.out.find('\n')));
  REQUIRE(hash);
  CHECK(hash->matches("open sesame"));
}

TEST_CASE("a new password that is another one the second time is not taken") {
  const conversation had({"keys", "hash"}, {"open sesame", "open seasme"});
  CHECK(had.status == usage_error);
  CHECK(had.out == "");
  CHECK(had.seen.ends_with("candela keys hash: that was not the same again\r\n"));
}

TEST_CASE("a password that opens a message is asked for once") {
  const key_folder here;
  const std::string message = here.file("message", ask({"jose", "encrypt", "--iterations", "2000", "--password",
                                                        here.file("word", "sesame"), here.file("content", "x")})
                                                       .out);
  const conversation had({"jose", "decrypt", "--password", "-", message}, {"sesame"});
  CHECK(had.status == success);
  CHECK(had.seen == "password: \r\n");
  CHECK(had.out == "x");
}

TEST_CASE("a password that is too long to be typed is refused, and not cut") {
  for (const auto& [letters, status] : {std::pair(1023, success), std::pair(1024, usage_error)}) {
    const std::string typed(static_cast<std::size_t>(letters), 'x');
    const conversation had({"keys", "hash", "--cost", "10"}, {typed, typed});
    CHECK(had.status == status);
    CHECK((had.seen.find("too long to be typed") != std::string::npos) == (status != success));
  }
}
