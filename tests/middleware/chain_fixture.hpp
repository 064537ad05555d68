// A service behind `chain_verify`, and requests with chains as their bytes.
#pragma once

#include <doctest/doctest.h>
#include <stdlib.h>
#include <candela/middleware/chain_verify.hpp>

#include <candela/server/principal.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "tests/custody/forge.hpp"
#include "tests/middleware/stage_fixture.hpp"

namespace candela::testing {

using middleware::chain_verify;

class folder {
 public:
  folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "candela-chain-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder can be made");
    path_ = pattern;
  }
  folder(const folder&) = delete;
  folder& operator=(const folder&) = delete;
  ~folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::string put(const std::string& name, std::string_view text) const {
    const std::filesystem::path file = path_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary | std::ios::trunc) << text;
    return file.string();
  }
  [[nodiscard]] std::string content(const std::string& name) const {
    std::ifstream in(path_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void remove(const std::string& name) const { std::filesystem::remove_all(path_ / name); }

 private:
  std::filesystem::path path_;
};

inline const folder& files() {
  static const folder made;
  return made;
}

// The cast's keys but those of one service.
inline std::string keys_without(std::size_t missing = 99) {
  std::string text;
  for (std::size_t i = 0; i != cast().size(); ++i) {
    if (i == missing) continue;
    text += (text.empty() ? "{" : ",") + in_quotes(cast()[i].identity) + R"(:{"keys":[)" +
            jwk_text(cast()[i].key, jose::key_part::public_part) + "]}";
  }
  return text + "}";
}

inline std::string keys_file() {
  static const std::string file = files().put("keys.json", keys_without());
  return file;
}

// Options of the receiver of a chain of four.
inline std::string options_with(const std::string& more = "", const std::string& keys = "keys: " + keys_file()) {
  return "identities: [\"" + cast()[4].identity + "\"]\norigin: https://pay.example\n" + keys + "\nroots: [\"" +
         cast()[0].identity + "\"]\n" + more;
}

inline void answer_with_path(exchange& x) {
  const custody::call_stack& stack = *x.get<custody::call_stack>();
  const principal& who = *x.get<principal>();
  x.text(write_act(stack, x.arena()), " ", who.subject, " ", who.has_scope("pay") ? "may" : "may not", " ",
         x.request().body());
}

struct chain_service : stage_fixture {
  /// `before` adds stages in front of the one under test.
  explicit chain_service(
      const std::string& options, route_options route = {},
      const std::function<void(stage_fixture&)>& before = [](stage_fixture&) {}) {
    before(*this);
    stage<chain_verify>(options);
    post("/v1/payments/{id}", answer_with_path, {}, route);
    post("/v1/streamed/{id}", [](exchange& x) { return read_all(x); }, {}, {.body = body_mode::streamed});
    get("/v1/payments/{id}", answer_with_path);
    serve();
  }

  static task<void> read_all(exchange& x) {
    std::string whole;
    for (;;) {
      const std::expected<std::string_view, error> piece = co_await x.read();
      if (!piece || piece->empty()) break;
      whole += *piece;
    }
    x.text("read ", whole);
  }

  template <class Predicate>
  void run_until(Predicate done) {
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!done()) {
      if (std::chrono::steady_clock::now() > give_up) throw std::runtime_error("it never came true");
      turn();
      std::this_thread::yield();
    }
  }
  std::string asked(std::string_view bytes) {
    net::memory_peer peer;
    connect(peer);
    peer.send(bytes);
    std::string answer;
    run_until([&] {
      answer += peer.take();
      return dispatcher().running() == 0 && !answer.empty();
    });
    turn();
    return answer + peer.take();
  }
};

// A request as its bytes; `fields` stand before those of chain and proof.
inline std::string bytes_of_request(scenario& one, std::string_view content = body, std::string_view fields = "",
                                    std::string_view line = "POST /v1/payments/7?a=1") {
  std::vector<std::string> links = one.chain();
  one.on_chain(links);
  std::vector<std::string> chains{scenario::joined(links)};
  std::vector<std::string> proofs{one.proof(chains.front())};
  one.on_fields(chains, proofs);
  std::string text = std::string(line) + " HTTP/1.1\r\nHost: evil.example\r\n" + std::string(fields);
  text += "Content-Type: application/json\r\nX-Trace: 42\r\n";
  for (const std::string& each : chains) text += "Call-Chain: " + each + "\r\n";
  for (const std::string& each : proofs) text += "Call-Proof: " + each + "\r\n";
  return text + "Content-Length: " + std::to_string(content.size()) + "\r\n\r\n" + std::string(content);
}

inline std::string code_in(std::string_view answer) {
  const std::size_t at = answer.find("\"code\":\"");
  return at == answer.npos ? "no code" : std::string(answer.substr(at + 8, answer.find('"', at + 8) - at - 8));
}

}  // namespace candela::testing
