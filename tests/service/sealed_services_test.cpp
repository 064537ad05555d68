// Four services as processes of their own, over TCP: what web seals for payment and fraud passes through cart, which
// cannot read it.
#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <utility>

#include "tests/middleware/key_folder.hpp"
#include "tests/service/child.hpp"

using namespace candela::testing;

namespace {

constexpr std::string_view order = R"({"id":17.0,"card":{"number":"4111111111111111","cvc":123}})";

/// A message on its way from one service to the next.
struct letter {
  std::string status;
  std::string type;
  std::string body;
};

/// The echo service with a stage before its routes, which it sends back what it sees.
class party {
 public:
  explicit party(const std::string& stages)
      : file_(key_folder::shared().placed("server: {port: 0}\nchains: {sealed: [" + stages +
                                          "]}\nroutes: [{path: /echo, method: POST, chain: sealed}]\n")),
        process_({"--config", file_.path()}),
        port_(process_.port()) {}

  letter pass(const letter& what) {
    connection client(port_);
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: " + what.type +
                "\r\nContent-Length: " + std::to_string(what.body.size()) + "\r\n\r\n" + what.body);
    const std::string& answer = client.await("");
    const std::size_t head = answer.find("\r\n\r\n");
    const std::size_t type = answer.find("Content-Type: ");
    REQUIRE(head != std::string::npos);
    REQUIRE(type < head);
    const std::size_t begin = type + std::string_view("Content-Type: ").size();
    return {answer.substr(9, 3), answer.substr(begin, answer.find("\r\n", begin) - begin), answer.substr(head + 4)};
  }

 private:
  scratch_file file_;
  child process_;
  std::uint16_t port_;
};

std::string sealing(const std::string& members) {
  return "{seal: {signer: urn:shop:web, keys: KEYS/web.jwk, lifetime: 5m" + members +
         ", recipients: {urn:shop:payment: KEYS/payment.pub, urn:shop:fraud: KEYS/fraud.pub}}}";
}
std::string opening(const std::string& name, const std::string& members) {
  return "{open: {recipient: urn:shop:" + name + ", keys: KEYS/" + name +
         ".jwk, signers: {urn:shop:web: KEYS/web.pub}, require_expiry: true" + members + "}}";
}

void check_passage(const std::string& members) {
  party web(sealing(members));
  party cart("");
  party curious_cart(opening("cart", members));
  party payment(opening("payment", members));
  party fraud(opening("fraud", members));
  const letter sealed = web.pass({"", "application/json", std::string(order)});
  REQUIRE(sealed.status == "200");
  CHECK(sealed.body.find("4111111111111111") == std::string::npos);
  const letter carried = cart.pass(sealed);
  CHECK(carried.body == sealed.body);
  for (party* reader : {&payment, &fraud}) {
    const letter read = reader->pass(carried);
    CHECK(read.status == "200");
    CHECK(read.type == "application/json");
    CHECK(read.body == order);
  }
  const letter refused = curious_cart.pass(carried);
  CHECK(refused.status == "400");
  CHECK(refused.body.find("\"message_refused\"") != std::string::npos);
  CHECK(refused.body.find("4111111111111111") == std::string::npos);
  const letter unsealed = payment.pass({"", "application/json", std::string(order)});
  CHECK(unsealed.status == "400");
}

}  // namespace

TEST_CASE("over TCP payment and fraud read a sealed body, and cart does not") { check_passage(""); }

TEST_CASE("over TCP payment and fraud read a sealed object, and cart does not") { check_passage(", members: /card"); }

TEST_CASE("over TCP payment and fraud read a sealed member, and cart does not") {
  check_passage(", members: [/card/number]");
}
