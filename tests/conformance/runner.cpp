#include "tests/conformance/runner.hpp"

#include <optional>

#include "tests/conformance/verdict.hpp"

namespace candela::conformance {
namespace {

using system_test::arrival;
using system_test::client;
using system_test::response;

constexpr std::string_view probe = "GET /plaintext HTTP/1.1\r\nHost: probe\r\n\r\n";
constexpr std::string_view probe_answer = "Hello, World!";

// Bytes as a case would write them, a line each.
std::string readable(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  constexpr std::size_t most = 2048;
  std::string text = "    ";
  for (const char c : bytes.substr(0, most)) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\r') {
      text += "\\r";
    } else if (c == '\n') {
      text += "\\n\n    ";
    } else if (byte < 0x20 || byte >= 0x7f) {
      text += {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
    } else {
      text += c;
    }
  }
  if (bytes.size() > most) text += "... (" + std::to_string(bytes.size()) + " bytes)";
  return text + '\n';
}

void check_probe(client& by) {
  const response got = read_response(by);
  if (got.status != 200 || got.body != probe_answer) {
    throw violation("the answer to the next request is " + std::to_string(got.status) + ": " + got.body);
  }
}

/// One case in one delivery.
class attempt {
 public:
  attempt(const test_case& what, const delivery& how, server_under_test& against)
      : case_(what), delivery_(how), server_(against), client_(against.port()) {}

  void run() {
    for (const step& each : case_.steps) {
      std::visit([this](const auto& does) { take(does); }, each);
    }
    case_.end == ending::closed ? check_closed() : check_open();
  }

  [[nodiscard]] std::string report(std::string_view complaint) const {
    return "  " + delivery_.name + ": " + std::string(complaint) + "\n  sent:\n" + readable(sent_) + "  received:\n" +
           readable(client_.transcript());
  }

 private:
  // What the server has closed already may be refused by the socket: what it answered tells.
  void take(const send_bytes& what) {
    std::size_t from = 0;
    while (from != what.bytes.size()) {
      const std::size_t start = sent_.size() - from;
      const std::size_t end = delivery_.piece_end(sent_.size(), start + what.bytes.size()) - start;
      const std::string_view piece = std::string_view(what.bytes).substr(from, end - from);
      if (from != 0) server_.settle();
      client_.send(piece);
      sent_.append(piece);
      from = end;
    }
  }

  void take(const expected_response& expected) {
    if (last_ && last_->announces_close()) throw violation("an answer behind the one that announced the close");
    last_ = read_response(client_, expected.to_head);
    if (!first_) first_ = last_;
    judge(expected, *last_, *first_);
  }

  void take(half_close) {
    client_.end();
    ended_ = true;
  }

  void check_closed() {
    check_silent_end();
    // A server that closes says so in its last answer (RFC 9112, section 9.6), unless the client began with it.
    const bool could_say_so = !ended_ && last_ && !case_.close_unannounced;
    if (could_say_so && !last_->announces_close()) throw violation("closed without Connection: close");
  }

  void check_open() {
    if (last_ && last_->announces_close()) throw violation("Connection: close on a connection that is to stay");
    client_.send(probe);
    sent_.append(probe);
    check_probe(client_);
    client_.end();
    check_silent_end();
  }

  void check_silent_end() {
    const arrival came = client_.input().empty() ? client_.fill() : arrival::bytes;
    if (came == arrival::bytes) throw violation("more was answered");
    if (came == arrival::reset) throw violation("the connection was reset");
    if (came == arrival::nothing) throw violation("the connection was not closed");
  }

  const test_case& case_;
  const delivery& delivery_;
  server_under_test& server_;
  client client_;
  std::string sent_;
  std::optional<response> first_;
  std::optional<response> last_;
  bool ended_ = false;
};

}  // namespace

// A loop that answers takes what is readable in that turn; the second answer comes from a later turn than the first, so
// that the bytes in front of both have been read.
void server_under_test::settle() {
  for (int turn = 0; turn != 2; ++turn) {
    witness_.send(probe);
    check_probe(witness_);
  }
}

std::string run(const test_case& what, server_under_test& against) {
  for (const delivery& how : deliveries_of(what)) {
    attempt now(what, how, against);
    try {
      now.run();
    } catch (const std::runtime_error& wrong) {
      return now.report(wrong.what());
    }
  }
  return {};
}

}  // namespace candela::conformance
