// Where chain_verify has its keys from, and what becomes of it when they change.
#include <candela/custody/key_record.hpp>

#include "tests/middleware/chain_fixture.hpp"

using namespace candela;
using namespace candela::testing;
using namespace std::chrono_literals;

TEST_CASE("a key that is unknown lets the file be read again, and the next request passes") {
  const std::string file = files().put("growing.json", keys_without(3));
  chain_service service(options_with("", "keys: " + file));
  scenario one;
  const std::string request = bytes_of_request(one);
  files().put("growing.json", keys_without());
  CHECK(status_of(service.asked(request)) == "HTTP/1.1 401 Unauthorized");
  service.run_until([&] { return status_of(service.asked(request)) == "HTTP/1.1 200 OK"; });
}

TEST_CASE("a key that was taken out of the file is soon no key any more; a file that is broken changes nothing") {
  const std::string file = files().put("shrinking.json", keys_without());
  chain_service service(options_with("refresh: 1s\nchecks_per_peer: 100000\n", "keys: " + file));
  scenario one;
  int number = 0;
  const auto status = [&] {
    const std::string id = digest_of(std::to_string(++number)).substr(0, 21) + "A";
    one.on_proof = [&](draft& proof) { proof.say("jti", in_quotes(id)); };
    return status_of(service.asked(bytes_of_request(one)));
  };
  CHECK(status() == "HTTP/1.1 200 OK");
  files().put("shrinking.json", "{");
  service.pass(1s);
  for (int i = 0; i != 3; ++i) CHECK(status() == "HTTP/1.1 200 OK");
  files().put("shrinking.json", keys_without(1));
  service.pass(1s);
  service.run_until([&] { return status() == "HTTP/1.1 401 Unauthorized"; });
}

TEST_CASE("keys may come as records that an authority signed") {
  const jose::key authority = jose::key::generate(jose::curve::p256, {.id = "authority"}).value();
  std::string lines;
  for (const cast_member& each : cast()) {
    custody::key_record record{.issuer = each.identity, .sequence = 1, .issued = moment, .expires = moment + 3600};
    record.keys.push_back(public_half(each.key));
    lines += sign_record(record, authority).value() + "\n";
  }
  const std::string records = files().put("records.txt", lines);
  const std::string authorities = files().put("authority.json", jwk_text(authority, jose::key_part::public_part));
  const std::string keys = "records: " + records + "\nauthorities: " + authorities;
  chain_service service(options_with("", keys));
  scenario one;
  CHECK(status_of(service.asked(bytes_of_request(one))) == "HTTP/1.1 200 OK");
  const std::string others = files().put("others.json", jwk_text(cast()[0].key, jose::key_part::public_part));
  CHECK(
      refusal_of<chain_verify>(options_with("", "records: " + records + "\nauthorities: " + others)).find("records") !=
      std::string::npos);
}
