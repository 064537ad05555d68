// candela keys hash: what it makes is what the stages take.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <candela/candela.hpp>
#include <candela/config/parse.hpp>
#include <candela/service/test_client.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "asking.hpp"

using namespace candela::command;

namespace {

/// The standard input is a file with that content while it lives.
class given_input {
 public:
  explicit given_input(std::string_view content) : kept_(fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)) {
    here_.write("in", content);
    const int file = open((here_ / "in").c_str(), O_RDONLY | O_CLOEXEC);
    dup2(file, STDIN_FILENO);
    close(file);
  }
  given_input(const given_input&) = delete;
  given_input& operator=(const given_input&) = delete;
  ~given_input() {
    dup2(kept_, STDIN_FILENO);
    close(kept_);
  }

 private:
  scratch here_;
  int kept_;
};

answer hashed(std::string_view secret, const std::vector<std::string>& options = {}) {
  const given_input in(secret);
  std::vector<std::string> words{"keys", "hash"};
  words.insert(words.end(), options.begin(), options.end());
  return ask(words);
}

std::string line_of(const answer& made) {
  REQUIRE_MESSAGE(made.status == success, made.error);
  REQUIRE(made.out.ends_with('\n'));
  return made.out.substr(0, made.out.size() - 1);
}

int status_behind(const std::string& stage, const candela::test_headers& headers) {
  candela::service service(candela::config::parse_text("chains: {default: [" + stage + "]}", "service.yml"));
  service.get("/", [](candela::exchange& x) { x.text("in"); });
  candela::test_client client(service);
  return client.get("/", headers).status;
}

}  // namespace

TEST_CASE("basic_auth takes the line of a password, and lets in who knows it") {
  for (const char* input : {"secret", "secret\n", "secret\r\n"}) {
    const std::string line = line_of(hashed(input, {"--cost", "10"}));
    CHECK(line.starts_with("$scrypt$ln=10,r=8,p=1$"));
    const std::string stage = "{basic_auth: {users: [{name: ann, password: '" + line + "'}]}}";
    CHECK(status_behind(stage, {{"Authorization", "Basic YW5uOnNlY3JldA=="}}) == 200);  // ann:secret
    CHECK(status_behind(stage, {{"Authorization", "Basic YW5uOnNlY3JldAo="}}) == 401);  // a line feed more
  }
  CHECK(line_of(hashed("secret")).starts_with("$scrypt$ln=15,r=8,p=1$"));
}

TEST_CASE("api_key takes the line of a key, and lets in who has it") {
  const std::string line = line_of(hashed("key-of-billing\n", {"--for", "api_key"}));
  const std::string stage = "{api_key: {keys: [{name: billing, sha256: " + line + "}]}}";
  CHECK(status_behind(stage, {{"X-Api-Key", "key-of-billing"}}) == 200);
  CHECK(status_behind(stage, {{"X-Api-Key", "key-of-shop"}}) == 401);
}

TEST_CASE("a secret that is none is not hashed, nor one among the arguments") {
  const std::string_view wrong_ones[] = {"", "\n", "one\ntwo\n", "a\tb", {"a\0b", 3}};
  for (const std::string_view wrong : wrong_ones) {
    for (const char* stage : {"basic_auth", "api_key"}) {
      const answer given = hashed(wrong, {"--for", stage});
      CHECK(given.status == usage_error);
      CHECK(given.out == "");
    }
  }
  CHECK(hashed("secret", {"secret"}).status == usage_error);
  CHECK(hashed("secret", {"--for", "jwt_verify"}).error ==
        "candela keys hash: no secrets are hashed for \"jwt_verify\", but for basic_auth and api_key\n");
  for (const char* cost : {"9", "19", "many"}) CHECK(hashed("secret", {"--cost", cost}).status == usage_error);
}
