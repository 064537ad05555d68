#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "tests/net/test_certificates.hpp"
#include "tests/service/child.hpp"

using candela::testing::answer_of;
using candela::testing::child;
using candela::testing::connection;
using candela::testing::scratch_file;

namespace {

std::size_t lines_of(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

TEST_CASE("the banner tells name, address, routes and the stages in front of them") {
  child service({"--port", "0", "--workers", "2", "--chain"});
  service.await("echo 0.1.0 on candela");
  service.await("2 workers\n");
  const std::uint16_t port = service.port();
  service.await("GET     /path/{a}/{b}");
  service.await("correlation_id > metrics > security_headers\n");
  CHECK(answer_of(port, "/plaintext", "World!").find("HTTP/1.1 200 OK\r\n") == 0);
}

TEST_CASE("SIGTERM and SIGINT end an idle service with status 0") {
  for (const int number : {SIGTERM, SIGINT}) {
    child service({"--port", "0", "--workers", "2"});
    service.port();
    service.signal(number);
    CHECK(service.end() == 0);
  }
}

TEST_CASE("a request that was sent before SIGTERM is answered") {
  child service({"--port", "0", "--workers", "2"});
  const std::uint16_t port = service.port();
  connection slow(port);
  slow.get("/sleep/300");
  connection idle(port);
  idle.get("/plaintext");
  idle.await("World!");
  service.signal(SIGTERM);
  CHECK(slow.await("").find("slept 300 ms") != std::string::npos);
  // The idle connection is ended as well: without that, this would wait for ever.
  idle.await("");
  CHECK(service.end() == 0);
}

TEST_CASE("a kept connection ends with the answer that was under way at SIGTERM") {
  child service({"--port", "0"});
  connection slow(service.port());
  slow.get("/sleep/200");
  service.signal(SIGTERM);
  CHECK(slow.await("").find("Connection: close\r\n") != std::string::npos);
  CHECK(service.end() == 0);
}

TEST_CASE("during the shutdown's delay the service is not ready and goes on accepting") {
  const scratch_file file("server: {port: 0, shutdown: {delay: 1s}}\n");
  child service({"--config", file.path()});
  const std::uint16_t port = service.port();
  CHECK(answer_of(port, "/health", "}}").find("200 OK") != std::string::npos);
  service.signal(SIGTERM);
  service.await("stopping");
  CHECK(answer_of(port, "/health", "}}").find("503 Service Unavailable") != std::string::npos);
  CHECK(answer_of(port, "/plaintext", "World!").find("200 OK") != std::string::npos);
  CHECK(service.end() == 0);
}

TEST_CASE("what is not answered within the shutdown's grace is cut and counted") {
  const scratch_file file("server: {port: 0, shutdown: {grace: 100ms}}\n");
  child service({"--config", file.path()});
  connection slow(service.port());
  slow.get("/sleep/20000");
  service.signal(SIGTERM);
  slow.await("");
  CHECK(service.end() == 0);
  CHECK(service.printed().find("requests_unanswered=1") != std::string::npos);
}

TEST_CASE("a second signal ends the service at once") {
  child service({"--port", "0"});
  connection slow(service.port());
  slow.get("/sleep/20000");
  service.signal(SIGTERM);
  service.await("stopping");
  service.signal(SIGTERM);
  CHECK(service.end() == 128 + SIGTERM);
}

TEST_CASE("a port in use is one line and status 1") {
  child first({"--port", "0"});
  const std::string port = std::to_string(first.port());
  child second({"--port", port});
  CHECK(second.end() == 1);
  CHECK(second.printed() == "echo: cannot listen on 127.0.0.1:" + port + ": Address already in use\n");
  CHECK(answer_of(static_cast<std::uint16_t>(std::stoi(port)), "/plaintext", "World!").starts_with("HTTP/1.1 200 "));
}

TEST_CASE("a wrong command line is one line and status 2") {
  for (const auto& [arguments, complaint] : std::vector<std::pair<std::vector<std::string>, std::string>>{
           {{"--prot", "80"}, "unknown option --prot"},
           {{"here"}, "unexpected argument here"},
           {{"--port", "70000"}, "--port: takes a number from 0 to 65535, not 70000"},
           {{"--port", "abc"}, "--port: takes a number from 0 to 65535, not abc"},
           {{"--port"}, "--port needs a value: --port P"},
           {{"--port", "1", "--port", "2"}, "--port is given twice"},
           {{"--workers", "none"}, "takes auto or a number"},
           {{"--tls", "only-one"}, "--tls needs two values: --tls CERT KEY"}}) {
    child service(arguments);
    CHECK(service.end() == 2);
    INFO(service.printed());
    CHECK(service.printed().find(complaint) != std::string::npos);
    CHECK(lines_of(service.printed()) == 1);
  }
}

TEST_CASE("a name instead of an address is told with what to write") {
  child service({"--host", "localhost", "--port", "0"});
  CHECK(service.end() == 1);
  CHECK(service.printed() ==
        "echo: cannot listen on localhost: \"localhost\" is not a numeric IPv4 or IPv6 address (use 127.0.0.1 or ::1, "
        "or * for all)\n");
}

TEST_CASE("a service says its version and that of candela") {
  child service({"--version"});
  CHECK(service.end() == 0);
  CHECK(service.printed().starts_with("echo 0.1.0 on candela 0.1.0\n"));
  CHECK(lines_of(service.printed()) == 1);
}

TEST_CASE("help lists the framework's options and the author's") {
  child service({"--help"});
  CHECK(service.end() == 0);
  for (const char* option : {"--config FILE", "--port P", "--workers N", "--tls CERT KEY", "--check", "--chain"}) {
    CHECK(service.printed().find(option) != std::string::npos);
  }
  CHECK(service.printed().find("CERT KEY ...") == std::string::npos);
}

TEST_CASE("a configuration is checked without serving") {
  const scratch_file file("server: {port: 0}\n");
  child good({"--check", "--config", file.path()});
  CHECK(good.end() == 0);
  file.write("server: {prot: 0}\n");
  child bad({"--check", "--config", file.path()});
  CHECK(bad.end() == 1);
  CHECK(bad.printed().find("service.yml:1:10: server: unknown key \"prot\"") != std::string::npos);
  CHECK(lines_of(bad.printed()) == 1);
}

TEST_CASE("a service that is only looked at makes no database") {
  const scratch_file file("");
  const std::string database = file.path() + ".db";
  file.write("server: {port: 0}\ndb: {url: \"sqlite:" + database + "\"}\n");
  for (const char* look : {"--check", "--routes"}) {
    child service({look, "--config", file.path()});
    CHECK(service.end() == 0);
    CHECK_FALSE(std::filesystem::exists(database));
  }
  file.write("db: {url: \"sqlite:/nowhere/service.db\"}\n");
  child wrong({"--check", "--config", file.path()});
  CHECK(wrong.end() == 1);
  CHECK(
      wrong.printed().find("db.url: the database /nowhere/service.db cannot be opened: there is no folder /nowhere") !=
      std::string::npos);
}

TEST_CASE("a folder of migrations that cannot be used is told with its path, by a check and at the start") {
  const scratch_file file("");
  const std::string folder = file.path() + ".steps";
  file.write("server: {port: 0}\ndb: {url: \"sqlite::memory:\", migrations: " + folder + "}\n");
  const auto refused = [&](const std::string& why) {
    for (const std::vector<std::string>& look : {std::vector<std::string>{"--check"}, {}}) {
      std::vector<std::string> arguments{"--config", file.path()};
      arguments.insert(arguments.end(), look.begin(), look.end());
      child service(arguments);
      CHECK(service.end() == 1);
      INFO(service.printed());
      CHECK(service.printed().find(":2:42: db.migrations: the folder of migrations " + folder + why) !=
            std::string::npos);
    }
  };
  refused(" cannot be read: No such file or directory");
  std::filesystem::create_directory(folder);
  refused(" has no NUMBER_NAME.sql");
  std::filesystem::remove(folder);
}

TEST_CASE("routes are listed with their stages, without serving them") {
  child service({"--routes", "--chain"});
  CHECK(service.end() == 0);
  CHECK(service.printed().find("POST    /echo") != std::string::npos);
  CHECK(service.printed().find("correlation_id > metrics > security_headers\n") != std::string::npos);
  CHECK(service.printed().find("listening") == std::string::npos);
}

TEST_CASE("a certificate that cannot be read is one line and status 1") {
  child service({"--port", "0", "--tls", "/nowhere/cert.pem", "/nowhere/key.pem"});
  CHECK(service.end() == 1);
  CHECK(service.printed().find("/nowhere/cert.pem") != std::string::npos);
  CHECK(lines_of(service.printed()) == 1);
}

TEST_CASE("a plain request to a port that speaks TLS is told so, and the service goes on") {
  const candela::net::test::temporary_folder folder;
  const candela::net::test::certificate own({});
  child service({"--port", "0", "--tls", folder.write("tls.crt", own.pem()), folder.write("tls.key", own.key_pem())});
  const std::uint16_t port = service.port("https");
  for (int i = 0; i != 2; ++i) {
    const std::string answer = answer_of(port, "/plaintext", "");
    CHECK(answer.starts_with("HTTP/1.1 400 Bad Request\r\n"));
    CHECK(answer.ends_with("\r\n\r\nThis port speaks HTTPS, not HTTP.\n"));
  }
}
