// The trail of a real service, through its life: requests, a reload, an orderly end, a kill.
#include <doctest/doctest.h>

#include <candela/audit/verifier.hpp>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/core/detail/scratch_folder.hpp"
#include "tests/service/child.hpp"

using namespace candela;
using candela::testing::answer_of;
using candela::testing::child;
using candela::testing::connection;
using candela::testing::scratch_folder;

namespace {

// A folder with service.yml, a key and the trail.
class audited_service {
 public:
  audited_service() {
    std::ofstream(folder_.file("audit.jwk")) << key_.to_jwk(jose::key_part::private_part)->text();
    std::filesystem::create_directory(folder_.file("trail"));
    configure("");
  }

  void configure(const std::string& more) const {
    std::ofstream(folder_.file("service.yml"))
        << "server: {port: 0, workers: 2}\nentry:\n  - correlation_id\n  - audit:\n      folder: trail\n"
           "      key: audit.jwk\n      stream: echo\n      checkpoint: {interval: 10ms}\n"
        << more;
  }

  [[nodiscard]] std::vector<std::string> arguments() const { return {"--config", folder_.file("service.yml")}; }

  [[nodiscard]] audit::stream_summary verified() const {
    const auto keys = audit::verifying_keys(std::span(&key_, 1)).value();
    const std::vector<std::filesystem::path> places{folder_.file("trail")};
    const auto streams = audit::find_streams(places);
    REQUIRE(streams.size() == 1);
    const auto summary = audit::verify_files(streams[0], &keys);
    INFO((summary ? std::string() : summary.error().text()));
    REQUIRE(summary);
    return *summary;
  }

  [[nodiscard]] std::filesystem::path trail() const { return folder_.file("trail"); }

 private:
  scratch_folder folder_;
  jose::key key_ = jose::key::generate(jose::curve::p256).value();
};

void ask(std::uint16_t port, int times) {
  for (int i = 0; i != times; ++i) static_cast<void>(answer_of(port, "/plaintext", "World!"));
}

}  // namespace

TEST_CASE("an orderly end writes every record down and signs the trail to its end") {
  const audited_service here;
  child service(here.arguments());
  ask(service.port(), 20);
  service.signal(SIGTERM);
  CHECK(service.end() == 0);
  CHECK(service.printed().find("the audit trail was ended") != std::string::npos);
  CHECK(here.verified().at.requests == 20);
  CHECK(here.verified().at.ended);
}

TEST_CASE("a reload goes on with the trail that is open") {
  const audited_service here;
  child service(here.arguments());
  const std::uint16_t port = service.port();
  ask(port, 3);
  here.configure("      headers: [Host]\n");
  service.signal(SIGHUP);
  service.await("the configuration was loaded anew");
  ask(port, 3);
  here.configure("      queue: 1MiB\n");
  service.signal(SIGHUP);
  service.await("is in use with other settings; a restart changes them");
  ask(port, 3);
  service.signal(SIGTERM);
  CHECK(service.end() == 0);
  CHECK(here.verified().at.requests == 9);
  CHECK(here.verified().files == 1);
}

TEST_CASE("a service that is killed loses no line that was written, and the next one goes on behind it") {
  const audited_service here;
  for (int i = 0; i != 3; ++i) {
    child service(here.arguments());
    const std::uint16_t port = service.port();
    ask(port, 50);
    service.signal(SIGKILL);
    CHECK(service.end() == 128 + SIGKILL);
  }
  child service(here.arguments());
  ask(service.port(), 1);
  service.signal(SIGTERM);
  CHECK(service.end() == 0);
  CHECK(here.verified().at.ended);
  CHECK(here.verified().at.requests >= 1);
}

TEST_CASE("a service that is only looked at makes no trail") {
  const audited_service here;
  std::vector<std::string> arguments = here.arguments();
  arguments.push_back("--check");
  child service(arguments);
  CHECK(service.end() == 0);
  CHECK(std::filesystem::is_empty(here.trail()));
}

TEST_CASE("a trail whose folder is not there keeps a service from starting, in one line") {
  const audited_service here;
  std::filesystem::remove(here.trail());
  child service(here.arguments());
  CHECK(service.end() == 1);
  CHECK(service.printed().find("service.yml:5:15: entry[1].audit.folder: ") != std::string::npos);
}
