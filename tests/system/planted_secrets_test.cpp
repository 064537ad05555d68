// A service that guards itself in every way it can, and is shown secrets in all the places where they come: none of
// them is ever told again, not to a log on any level, a metric, an answer or the audit.
#include <doctest/doctest.h>

#include <signal.h>
#include <stdlib.h>

#include <algorithm>
#include <candela/core/text.hpp>
#include <candela/jose/key.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/system/echo_service.hpp"

using namespace candela;
using namespace candela::system_test;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

constexpr std::string_view canary = "tweetie-pie";
// `user:tweetie-pie`, as Basic credentials are written.
constexpr std::string_view canary_in_base64 = "dXNlcjp0d2VldGllLXBpZQ==";

constexpr std::string_view settings = R"(
log: {level: trace}
entry:
  - correlation_id
  - audit: {folder: trail, key: service.jwk, evidence: true, headers: [User-Agent]}
  - metrics
  - access_log
  - rate_limit: {key: "header:X-Tenant", uses: 10000, window: 1s}
chains:
  tokens:
    - jwt_verify:
        issuers: [{issuer: urn:login, audience: [urn:us], keys: service.jwk, algorithms: [ES256], type: any}]
  cookies:
    - jwt_verify:
        from: {cookie: session}
        issuers: [{issuer: urn:login, audience: [urn:us], keys: service.jwk, algorithms: [ES256], type: any}]
  opaque:
    - introspect: {url: "http://127.0.0.1:9/introspect", client_id: us, client_secret: tweetie-pie, issuer: urn:login}
  tickets:
    - single_use: {issuer: urn:login, audience: urn:us, base: "http://us", keys: service.jwk, from: {header: X-Ticket}}
  keys:
    - api_key:
        keys: [{name: a, sha256: 2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae}]
  passwords:
    - basic_auth:
        users:
          - {name: user, password: "$scrypt$ln=10,r=8,p=1$c29tZSBzYWx0IQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}
  calls:
    - chain_verify: {identities: ["urn:us"], origin: "http://us", keys: services.json, roots: ["urn:edge"]}
  sealed:
    - open:
        recipient: urn:us
        keys: service.jwk
        signers: {"urn:web": service.jwk}
        signatures: [ES256]
        algorithms: [ECDH-ES+A256KW]
        encryption: [A256GCM]
routes:
  - {get: /tokens, handler: info, chain: tokens}
  - {get: /cookies, handler: info, chain: cookies}
  - {get: /opaque, handler: info, chain: opaque}
  - {get: /tickets, handler: info, chain: tickets}
  - {get: /keys, handler: info, chain: keys}
  - {get: /passwords, handler: info, chain: passwords}
  - {get: /calls, handler: info, chain: calls}
  - {path: /sealed, methods: [POST], handler: info, chain: sealed}
)";

/// A folder with the settings and the keys they name.
class place {
 public:
  place() {
    std::string name = (fs::temp_directory_path() / "candela-secrets-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path_ = name;
    fs::create_directory(path_ / "trail");
    const jose::key made = jose::key::generate(jose::curve::p256, {.id = "one"}).value();
    const std::string secret(made.to_jwk(jose::key_part::private_part)->text());
    secret_number_ = secret.substr(secret.find("\"d\":\"") + 5, 43);
    write("service.jwk", secret);
    const std::string open(made.to_jwk(jose::key_part::public_part)->text());
    write("services.json", "{\"urn:edge\": {\"keys\": [" + open + "]}}");
    write("service.yml", settings);
  }
  place(const place&) = delete;
  place& operator=(const place&) = delete;
  ~place() { fs::remove_all(path_); }

  [[nodiscard]] std::string file(std::string_view name) const { return path_ / name; }
  /// The part of the service's key that is secret, as JSON has it.
  [[nodiscard]] const std::string& secret_number() const noexcept { return secret_number_; }
  [[nodiscard]] std::string trail() const {
    std::string all;
    for (const auto& each : fs::directory_iterator(path_ / "trail")) {
      std::ifstream text(each.path());
      all.append(std::istreambuf_iterator<char>(text), {});
    }
    return all;
  }

 private:
  void write(std::string_view name, std::string_view text) const { std::ofstream(path_ / name) << text; }

  fs::path path_;
  std::string secret_number_;
};

bool tells(std::string_view text, std::string_view secret) {
  return std::ranges::search(text, secret, [](char a, char b) { return ascii_lower(a) == ascii_lower(b); }).begin() !=
         text.end();
}

// Every place where a client may put a secret.
std::string planted() {
  const std::string secret(canary);
  return "Cookie: session=" + secret + "\r\nX-Api-Key: " + secret + "\r\nX-Ticket: " + secret +
         "\r\nX-Tenant: " + secret + "\r\nCall-Chain: " + secret + "\r\nCall-Proof: " + secret + "\r\nDPoP: " + secret +
         "\r\nProxy-Authorization: Basic " + std::string(canary_in_base64) + "\r\nUser-Agent: test\r\n";
}

struct attempt {
  std::string_view method;
  std::string_view target;
  std::string authorization;
  std::string_view body;
  unsigned status;
};

const std::vector<attempt> attempts = {
    {"GET", "/tokens", "Bearer tweetie-pie", "", 401},
    {"GET", "/tokens?access_token=tweetie-pie", "Bearer tweetie-pie", "", 400},
    {"GET", "/cookies", "", "", 401},
    {"GET", "/opaque", "Bearer tweetie-pie", "", 503},
    {"GET", "/tickets", "", "", 401},
    {"GET", "/keys", "ApiKey tweetie-pie", "", 401},
    {"GET", "/passwords", "Basic " + std::string(canary_in_base64), "", 401},
    {"GET", "/calls", "", "", 400},
    {"POST", "/sealed", "", "tweetie-pie", 400},
    {"GET", "/nowhere?code=tweetie-pie", "Bearer tweetie-pie", "", 404},
    {"GET", "/metrics-of-nobody", "DPoP tweetie-pie", "", 404},
};

}  // namespace

TEST_CASE("no secret that a service has or is shown is told again") {
  const place home;
  server_process service(echo_options({"--config", home.file("service.yml")}));
  client by(service.port());
  std::string answers;
  for (const attempt& each : attempts) {
    CAPTURE(each.target);
    std::string fields = planted();
    if (!each.authorization.empty()) fields += "Authorization: " + each.authorization + "\r\n";
    if (each.method == "POST")
      fields += "Content-Type: application/jose\r\nContent-Length: " + std::to_string(each.body.size()) + "\r\n";
    REQUIRE(by.send(request(each.method, each.target, fields) + std::string(each.body)));
    const response answer = read_response(by);
    CHECK(answer.status == each.status);
    answers += answer.body;
  }
  REQUIRE(by.send(request("GET", "/metrics")));
  answers += read_response(by).body;
  service.signal(SIGTERM);
  REQUIRE(service.wait(20s) == 0);

  const std::string trail = home.trail();
  const std::string output = service.output();
  // What is searched has something to say of each of them.
  CHECK(static_cast<std::size_t>(std::count(trail.begin(), trail.end(), '\n')) > attempts.size());
  CHECK(output.find("a token was refused") != std::string::npos);
  for (const std::string_view text : {std::string_view(output), std::string_view(answers), std::string_view(trail)}) {
    CHECK_FALSE(tells(text, canary_in_base64));
    CHECK_FALSE(tells(text, home.secret_number()));
  }
  CHECK_FALSE(tells(output, canary));
  CHECK_FALSE(tells(answers, canary));
  // Evidence is kept as it came, which is what it is for.
  CHECK_FALSE(tells(trail, "Bearer tweetie-pie"));
}
