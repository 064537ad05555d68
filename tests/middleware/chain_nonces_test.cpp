// The nonces that chain_verify demands, and how callers learn of them.
#include "tests/middleware/chain_fixture.hpp"
#include "tests/middleware/log_file.hpp"

using namespace candela;
using namespace candela::testing;
using namespace std::chrono_literals;

namespace {

const std::string demanding = "nonce_lifetime: 60s\nmax_link_lifetime: 1h\n";

// A request over a chain that lives long, made `seconds` after the clock's beginning.
std::string request_with_nonce(const std::string& nonce, std::int64_t seconds = 0) {
  scenario one;
  one.on_link = [](std::size_t, draft& link) { link.say("exp", at(600)); };
  one.on_proof = [&](draft& proof) {
    proof.say("iat", at(seconds));
    proof.say("exp", at(seconds + 15));
    proof.say("jti", in_quotes(digest_of(nonce + std::to_string(seconds)).substr(0, 21) + "A"));
    if (!nonce.empty()) proof.say("nonce", in_quotes(nonce));
  };
  return bytes_of_request(one);
}

std::string nonce_in(std::string_view answer) { return field_of(answer, "call-nonce"); }

std::string nonce_of(chain_service& service, std::int64_t seconds = 0) {
  return nonce_in(service.asked(request_with_nonce("", seconds)));
}

std::string secret_file(const std::string& name, std::size_t bytes = 32) {
  const jose::key key = jose::key::generate_secret(bytes).value();
  return files().put(name, jwk_text(key, jose::key_part::private_part));
}

}  // namespace

TEST_CASE("a caller without the nonce is refused and told of it, and admitted with it") {
  const log_file log;
  chain_service service(options_with(demanding));
  const std::string refused = service.asked(request_with_nonce(""));
  CHECK(status_of(refused) == "HTTP/1.1 401 Unauthorized");
  CHECK(code_in(refused) == "chain_refused");
  CHECK(field_of(refused, "Cache-Control") == "no-store");
  CHECK(log.has("not the nonce that was demanded"));
  const std::string nonce = nonce_in(refused);
  CHECK(nonce.size() == 43);
  const std::string accepted = service.asked(request_with_nonce(nonce));
  CHECK(status_of(accepted) == "HTTP/1.1 200 OK");
  CHECK(nonce_in(accepted) == "none");
  CHECK(status_of(service.asked(request_with_nonce((nonce.front() == 'A' ? "B" : "A") + nonce.substr(1)))) ==
        "HTTP/1.1 401 Unauthorized");
}

TEST_CASE("the nonce stands in every refusal, so that it does not tell which check failed") {
  chain_service service(options_with(demanding));
  const std::string without = service.asked(request_with_nonce(""));
  const std::string request = request_with_nonce(nonce_in(without));
  CHECK(status_of(service.asked(request)) == "HTTP/1.1 200 OK");
  CHECK(service.asked(request) == without);
  scenario forged;
  forged.on_proof = [&](draft& proof) {
    proof.say("nonce", in_quotes(nonce_in(without)));
    proof.signer = cast()[2].key;
  };
  CHECK(service.asked(bytes_of_request(forged)) == without);
}

TEST_CASE("a nonce counts for half its lifetime at least, all of it at most, and its end is told before") {
  chain_service service(options_with(demanding));
  const std::string first = nonce_of(service);
  int at_least = 0;
  int at_most = 0;
  bool told = false;
  for (int seconds = 1; seconds <= 120; ++seconds) {
    service.pass(1s);
    const std::string answer = service.asked(request_with_nonce(first, seconds));
    const bool accepted = status_of(answer) == "HTTP/1.1 200 OK";
    if (accepted && at_least == seconds - 1) at_least = seconds;
    if (accepted) at_most = seconds;
    if (accepted && nonce_in(answer) != "none") {
      told = true;
      CHECK(status_of(service.asked(request_with_nonce(nonce_in(answer), seconds))) == "HTTP/1.1 200 OK");
    }
  }
  CHECK(at_least >= 29);
  CHECK(at_least == at_most);
  CHECK(at_most <= 60);
  CHECK(told);
}

TEST_CASE("workers know each other's nonces, and instances that share a key") {
  const auto known = [](const std::string& from, const std::string& to) {
    chain_service first(options_with(demanding + from));
    chain_service second(options_with(demanding + to));
    return status_of(second.asked(request_with_nonce(nonce_of(first)))) == "HTTP/1.1 200 OK";
  };
  const std::string shared = "nonce_key: " + secret_file("nonces.jwk") + "\n";
  const std::string other = "nonce_key: " + secret_file("others.jwk") + "\n";
  CHECK(known("", ""));
  CHECK(known(shared, shared));
  CHECK_FALSE(known(shared, other));
  CHECK_FALSE(known("", shared));
}

TEST_CASE("the nonce of an instance whose clock is a little ahead counts") {
  chain_service ahead(options_with(demanding));
  ahead.pass(30s);
  chain_service behind(options_with(demanding));
  const std::string nonce = nonce_of(ahead, 30);
  CHECK(nonce != nonce_of(behind));
  CHECK(status_of(behind.asked(request_with_nonce(nonce))) == "HTTP/1.1 200 OK");
}

TEST_CASE("options of nonces that are wrong are refused with their place") {
  const auto refused = [](const std::string& options, std::string_view part) {
    return refusal_of<chain_verify>(options_with(options)).find(part) != std::string::npos;
  };
  CHECK(refused("nonce_lifetime: 1s\n", "nonce_lifetime"));
  CHECK(refused("nonce_key: " + secret_file("unused.jwk") + "\n", "nonce_key"));
  CHECK(refused(demanding + "nonce_key: /nonexistent\n", "nonce_key"));
  CHECK(refused(demanding + "nonce_key: " + secret_file("short.jwk", 16) + "\n", "nonce_key"));
  CHECK(refused(demanding + "nonce_key: " + keys_file() + "\n", "nonce_key"));
}
