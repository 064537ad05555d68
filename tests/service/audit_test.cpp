// The trail of a real service, through its life: requests, a reload, an orderly end, a kill.
#include <doctest/doctest.h>

#include <candela/audit/sink.hpp>
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

// The same with a database, and perhaps a section `db` that brings it up to date.
class audited_in_database {
 public:
  audited_in_database() {
    const auto key = jose::key::generate(jose::curve::p256).value();
    std::ofstream(folder_.file("audit.jwk")) << key.to_jwk(jose::key_part::private_part)->text();
    std::filesystem::create_directory(folder_.file("migrations"));
    std::ofstream(folder_.file("migrations/0001_audit.sql")) << audit::table_sql();
  }

  void configure(const std::string& url, const std::string& more = "") const {
    std::ofstream(folder_.file("service.yml"))
        << "server: {port: 0, workers: 2}\nentry:\n  - audit:\n      database: \"" + url + "\"\n"
        << "      key: audit.jwk\n      stream: echo\n      queue: 16KiB\n"
        << more;
  }
  [[nodiscard]] std::string url(const std::string& file = "audit.db") const { return "sqlite:" + folder_.file(file); }
  [[nodiscard]] std::string migrated() const {
    return "db: {url: \"" + url() + "\", migrations: " + folder_.file("migrations") + "}\n";
  }
  [[nodiscard]] bool has(const std::string& file) const { return std::filesystem::exists(folder_.file(file)); }
  [[nodiscard]] std::vector<std::string> arguments() const { return {"--config", folder_.file("service.yml")}; }

 private:
  scratch_folder folder_;
};

constexpr std::string_view lacks_table = "entry[0].audit.database: the database has no table candela_audit";

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

TEST_CASE("a database without the table for trails keeps a service from starting, and the migration for it is named") {
  const audited_in_database here;
  here.configure(here.url());
  child service(here.arguments());
  CHECK(service.end() == 1);
  INFO(service.printed());
  CHECK(service.printed().find("service.yml:4:17: " + std::string(lacks_table)) != std::string::npos);
  CHECK(service.printed().find("candela audit schema") != std::string::npos);
  CHECK_FALSE(here.has("audit.db"));
}

TEST_CASE("the service's own migrations may make the table for trails") {
  const audited_in_database here;
  here.configure(here.url(), here.migrated());
  child service(here.arguments());
  ask(service.port(), 3);
  service.signal(SIGTERM);
  CHECK(service.end() == 0);
  INFO(service.printed());
  CHECK(service.printed().find("the audit trail was ended") != std::string::npos);
}

TEST_CASE("a reload to a database without the table for trails is refused") {
  const audited_in_database here;
  here.configure(here.url(), here.migrated());
  child service(here.arguments());
  const std::uint16_t port = service.port();
  here.configure(here.url("other.db"), here.migrated());
  service.signal(SIGHUP);
  service.await("the configuration in use stays");
  service.await(lacks_table);
  ask(port, 3);
  service.signal(SIGTERM);
  CHECK(service.end() == 0);
}

TEST_CASE("a database for trails that is away when a service starts refuses requests, not the service") {
  const audited_in_database here;
  here.configure("host=/nonexistent dbname=audit");
  child service(here.arguments());
  const std::uint16_t port = service.port();
  CHECK(service.printed().find("the database for audit trails cannot be asked") != std::string::npos);
  std::string answer;
  // The first ones find room.
  while (!answer.starts_with("HTTP/1.1 503 ")) answer = answer_of(port, "/plaintext", "\r\n\r\n");
  CHECK(answer.find("audit_unavailable") != std::string::npos);
}
