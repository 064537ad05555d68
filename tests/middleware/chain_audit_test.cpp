// What the trail of a service keeps of chains of calls: of those that were let in, and of those that were not.
#include <candela/audit/verifier.hpp>
#include <candela/middleware/audit.hpp>

#include "tests/middleware/chain_fixture.hpp"

using namespace candela;
using namespace candela::testing;

namespace {

// The lines of the requests that `ask` sends.
template <class Ask>
std::string records_of(Ask ask) {
  const folder place;
  const jose::key key = jose::key::generate(jose::curve::p256).value();
  const std::string file = place.put("audit.jwk", key.to_jwk(jose::key_part::private_part)->text());
  const std::string where = std::filesystem::path(file).parent_path().string();
  {
    chain_service service(options_with(), {}, [&](stage_fixture& server) {
      server.stage<middleware::audit>("folder: " + where + "\nkey: " + file +
                                      "\nstream: pay\nevidence: true\nservice: \"" + cast()[4].identity + "\"");
    });
    ask(service);
  }
  const auto keys = audit::verifying_keys(std::span(&key, 1)).value();
  audit::verifier checked(&keys);
  REQUIRE(audit::verify_file(checked, where + "/pay.000000000001.jsonl"));
  std::ifstream in(where + "/pay.000000000001.jsonl");
  std::string records;
  for (std::string line; std::getline(in, line);) {
    if (audit::read_line(line)->kind == audit::line_kind::request) records += line + '\n';
  }
  return records;
}

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

}  // namespace

TEST_CASE("the record of a request with a chain names the user, every service on the way, and keeps the evidence") {
  scenario one;
  const std::string request = bytes_of_request(one);
  const std::string records = records_of([&](chain_service& service) { CHECK(has(service.asked(request), "200 OK")); });
  CHECK(std::count(records.begin(), records.end(), '\n') == 1);
  for (const std::string& part :
       {std::string(R"("outcome":"allowed")"), std::string(R"("txn":"transaction-1","user":"user-1")"),
        std::string(R"("by":"chain")"),
        R"({"from":")" + cast()[0].identity + R"(","to":")" + cast()[1].identity + R"(","op":"rpc:step"})",
        R"({"from":")" + cast()[3].identity + R"(","to":")" + cast()[4].identity + R"(","op":")",
        std::string(R"("target":"/v1/payments/7","route":"/v1/payments/{id}")"), std::string(R"("chain":"ey)"),
        std::string(R"("proof":"ey)")}) {
    CAPTURE(part);
    CHECK(has(records, part));
  }
}

TEST_CASE("the record of a request whose chain was refused keeps what was shown, and believes none of it") {
  scenario one;
  one.on_proof = [](draft& proof) { proof.signer = cast()[2].key; };
  const std::string request = bytes_of_request(one);
  const std::string records =
      records_of([&](chain_service& service) { CHECK(has(service.asked(request), "401 Unauthorized")); });
  CHECK(has(records, R"("outcome":"denied")"));
  CHECK(has(records, R"("status":401,"code":"chain_refused")"));
  CHECK(has(records, R"("chain":"ey)"));
  CHECK_FALSE(has(records, R"("user")"));
  CHECK_FALSE(has(records, R"("via")"));
}
