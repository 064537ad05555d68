#include <doctest/doctest.h>

#include <string>
#include <utility>

#include "tests/net/test_certificates.hpp"
#include "tests/service/child.hpp"

using candela::testing::answer_of;
using candela::testing::child;
using candela::testing::connection;
using candela::testing::scratch_file;

namespace {

bool is_marked(std::uint16_t port) {
  const std::string answer = answer_of(port, "/plaintext", "World!");
  return answer.find("X-Content-Type-Options: nosniff") != std::string::npos;
}

}  // namespace

TEST_CASE("SIGHUP puts a new configuration in use on every worker, without losing a connection") {
  const scratch_file file("server: {port: 0, workers: 2}\n");
  child service({"--config", file.path()});
  const std::uint16_t port = service.port();
  CHECK(!is_marked(port));
  connection kept(port);
  kept.get("/sleep/300");
  file.write("server: {port: 0, workers: 2}\nentry: [security_headers]\n");
  service.signal(SIGHUP);
  service.await("the configuration was loaded anew");
  // Each worker changes over in a turn of its own; which one a connection gets is the kernel's choice.
  for (int i = 0; i != 8; ++i) CHECK(is_marked(port));
  // What began under the old configuration ends under it.
  const std::string answer = kept.await("slept 300 ms");
  CHECK(answer.find("200 OK") != std::string::npos);
  CHECK(answer.find("X-Content-Type-Options") == std::string::npos);
  kept.get("/plaintext");
  CHECK(kept.await("World!").find("X-Content-Type-Options: nosniff") != std::string::npos);
}

TEST_CASE("a file that is wrong changes nothing, and the log tells why") {
  const scratch_file file("server: {port: 0}\nentry: [security_headers]\n");
  child service({"--config", file.path()});
  const std::uint16_t port = service.port();
  file.write("server: {port: 0}\nentry: [security_heders]\n");
  service.signal(SIGHUP);
  service.await("the configuration in use stays");
  service.await("service.yml:2:9: entry[0]: there is no stage");
  CHECK(is_marked(port));
  file.write("server: {prot: 0}\n");
  service.signal(SIGHUP);
  service.await("the configuration in use stays");
  service.await("unknown key");
  CHECK(is_marked(port));
}

TEST_CASE("limits are those of the new configuration for connections that come after it") {
  const scratch_file file("server: {port: 0}\n");
  child service({"--config", file.path()});
  const std::uint16_t port = service.port();
  const std::string long_path = "/plaintext/" + std::string(200, 'x');
  CHECK(answer_of(port, long_path, "World!").find("200 OK") != std::string::npos);
  file.write("server: {port: 0, limits: {target: 100B}}\n");
  service.signal(SIGHUP);
  service.await("the configuration was loaded anew");
  CHECK(answer_of(port, long_path, "}").find("414 URI Too Long") != std::string::npos);
}

TEST_CASE("what cannot change while the service runs is said to need a restart") {
  const scratch_file file("server: {port: 0, workers: 1}\n");
  child service({"--config", file.path()});
  const std::uint16_t port = service.port();
  file.write("server: {port: 1, workers: 2}\n");
  service.signal(SIGHUP);
  service.await("takes effect after a restart setting=server.port");
  service.await("takes effect after a restart setting=server.workers");
  CHECK(answer_of(port, "/plaintext", "World!").find("200 OK") != std::string::npos);
}

TEST_CASE("reloads that come close together end with the last file") {
  const scratch_file file("server: {port: 0, workers: 2}\n");
  child service({"--config", file.path()});
  const std::uint16_t port = service.port();
  for (int i = 0; i != 5; ++i) service.signal(SIGHUP);
  file.write("server: {port: 0, workers: 2}\nentry: [security_headers]\n");
  service.signal(SIGHUP);
  while (!is_marked(port)) service.await("the configuration was loaded anew");
  CHECK(is_marked(port));
}

TEST_CASE("certificates are judged with the file: both change or neither, and only new ones are told") {
  const candela::net::test::temporary_folder folder;
  const candela::net::test::certificate one({.common_name = "one"});
  const candela::net::test::certificate other({.common_name = "other"});
  for (const auto& [name, pair] : {std::pair("one", one), std::pair("other", other)}) {
    folder.write(name + std::string(".crt"), pair.pem());
    folder.write(name + std::string(".key"), pair.key_pem());
  }
  const auto settings = [&](const std::string& name, const std::string& rest) {
    const std::string stem = (folder.path() / name).string();
    return "server:\n  port: 0\n  tls:\n    certificate: " + stem + ".crt\n    private_key: " + stem + ".key\n" + rest;
  };
  const std::string news = "new certificates are in use";
  const scratch_file file(settings("one", ""));
  child service({"--config", file.path()});
  CHECK(service.port("https") != 0);

  file.write(settings("other", "entry: [security_heders]\n"));
  service.signal(SIGHUP);
  service.await("the configuration in use stays");
  file.write(settings("one", ""));
  service.signal(SIGHUP);
  service.await("the configuration was loaded anew");
  CHECK(service.printed().find(news) == std::string::npos);

  file.write(settings("other", ""));
  service.signal(SIGHUP);
  service.await(news);
  service.await("the configuration was loaded anew");

  file.write(settings("third", "entry: [security_headers]\n"));
  service.signal(SIGHUP);
  service.await("the configuration in use stays");
  service.await("service.yml:4:18: server.tls.certificate: cannot open");
}
