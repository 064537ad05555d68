#include <candela/audit/record.hpp>

#include <doctest/doctest.h>

#include <candela/json/reader.hpp>
#include <string>
#include <vector>

using namespace candela;
using namespace candela::audit;

namespace {

std::string written(const record& what, std::size_t room_bytes = least_record_bytes) {
  std::vector<char> room(room_bytes);
  arena spill;
  const std::string text(write_record(what, room, spill));
  arena memory;
  CHECK(json::parse<json::value>("{" + text + "}", memory));
  return text;
}

}  // namespace

TEST_CASE("a record says who, on whose behalf, through whom, what, and what became of it") {
  const hop via[] = {{"urn:shop", "urn:cart", "POST /orders"}};
  const kept_header headers[] = {{"user-agent", "curl \"8\""}};
  record what;
  what.at = wall_time(std::chrono::microseconds(1'769'860'805'000'042));
  what.outcome = decision::denied;
  what.service = "cart";
  what.id = "c-1";
  what.txn = "t-1";
  what.user = "alice";
  what.issuer = "https://id.example";
  what.client = "web";
  what.by = "chain";
  what.via = via;
  what.peer = "192.0.2.1";
  what.method = "POST";
  what.target = "/orders";
  what.route = "/orders";
  what.status = 403;
  what.code = "policy_denied";
  what.duration = std::chrono::microseconds(812);
  what.bytes_in = 7;
  what.bytes_out = 99;
  what.headers = headers;
  what.chain = "a.b.c~d.e.f";
  what.proof = "g.h.i";
  CHECK(written(what) ==
        R"("type":"request","at":"2026-01-31T12:00:05.000042Z","outcome":"denied","service":"cart","id":"c-1",)"
        R"("txn":"t-1","user":"alice","issuer":"https://id.example","client":"web","by":"chain",)"
        R"("via":[{"from":"urn:shop","to":"urn:cart","op":"POST /orders"}],"peer":"192.0.2.1","method":"POST",)"
        R"("target":"/orders","route":"/orders","status":403,"code":"policy_denied","us":812,"in":7,"out":99,)"
        R"("headers":{"user-agent":"curl \"8\""},"chain":"a.b.c~d.e.f","proof":"g.h.i")");
}

TEST_CASE("what is not known is left out") {
  record what;
  what.status = 200;
  CHECK(written(what) == R"("type":"request","at":"1970-01-01T00:00:00.000000Z","outcome":"allowed","status":200,)"
                         R"("us":0,"in":0,"out":0)");
}

TEST_CASE("a record that is too long for its room is shortened and says so; it always fits") {
  const std::string worst(5000, '\x01');
  const std::vector<hop> via(16, hop{worst, worst, worst});
  record what;
  what.service = what.id = what.txn = what.user = what.issuer = what.client = what.by = what.peer = what.method =
      what.target = what.route = what.code = worst;
  what.via = via;
  what.chain = worst;
  const std::string text = written(what);
  CHECK(text.size() <= least_record_bytes);
  CHECK(text.ends_with(R"("cut":true)"));
  record plain;
  plain.user = "alice";
  plain.proof = worst;
  const std::string shorter = written(plain);
  CHECK(shorter.find(R"("user":"alice")") != std::string::npos);
  CHECK(shorter.find("proof") == std::string::npos);
  CHECK(shorter.ends_with(R"("cut":true)"));
  CHECK(written(plain, 64 * 1024).find("proof") != std::string::npos);
}
