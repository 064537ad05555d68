#include <doctest/doctest.h>

#include <candela/core/manual_clock.hpp>
#include <candela/net/tls_watcher.hpp>
#include <candela/net/worker.hpp>
#include <filesystem>
#include <vector>

#include "tls_fixture.hpp"
#include "tls_pair.hpp"

using namespace candela;
using namespace candela::net;
using namespace candela::net::test;
using namespace std::chrono_literals;

namespace {

// A loop whose seconds pass when the test says so.
struct watched {
  explicit watched(const tls_options& options)
      : watcher(
            manager.loop(), tls_fixture::load(options),
            [this](std::shared_ptr<const tls_context> fresh) { loaded.push_back(std::move(fresh)); },
            [this](std::string_view why) { refused.emplace_back(why); }) {}

  void pass_seconds(int count) {
    for (; count != 0; --count) {
      time.advance(1s);
      manager.loop().turn();
    }
  }

  manual_clock time;
  worker manager{0, &time};
  std::vector<std::shared_ptr<const tls_context>> loaded;
  std::vector<std::string> refused;
  tls_watcher watcher;
};

std::string served_subject(const std::shared_ptr<const tls_context>& context) {
  tls_pair pair(context);
  if (!pair.shake_hands()) return "nothing";
  char text[256] = "";
  X509_NAME_oneline(X509_get_subject_name(SSL_get0_peer_certificate(pair.client->ssl())), text, sizeof text);
  return text;
}

}  // namespace

TEST_CASE("files that stay are not loaded again") {
  const tls_fixture fixture;
  watched watch(fixture.options());
  watch.pass_seconds(10);
  CHECK(watch.loaded.empty());
  CHECK(watch.refused.empty());
}

TEST_CASE("a renewed pair is loaded once it stands still, and connections go on") {
  tls_fixture fixture;
  watched watch(fixture.options());
  tls_pair older(watch.watcher.current());
  REQUIRE(older.shake_hands());

  fixture.server = certificate({.common_name = "renewed"}, &fixture.authority);
  static_cast<void>(fixture.options());
  watch.pass_seconds(1);
  CHECK(watch.loaded.empty());
  watch.pass_seconds(1);
  REQUIRE(watch.loaded.size() == 1);
  CHECK(watch.watcher.current() == watch.loaded.front());
  CHECK(served_subject(watch.loaded.front()) == "/CN=renewed");
  watch.pass_seconds(5);
  CHECK(watch.loaded.size() == 1);

  older.client->send("still here");
  CHECK(older.run([&] { return older.received == "still here"; }));
}

TEST_CASE("files that change with every look are left alone until they rest") {
  tls_fixture fixture;
  watched watch(fixture.options());
  for (int change = 0; change != 5; ++change) {
    static_cast<void>(fixture.options());
    watch.pass_seconds(1);
  }
  CHECK(watch.loaded.empty());
  watch.pass_seconds(1);
  CHECK(watch.loaded.size() == 1);
}

TEST_CASE("a pair that does not match is reported once and the old one stays") {
  tls_fixture fixture;
  watched watch(fixture.options());
  const auto before = watch.watcher.current();
  const certificate renewed({.common_name = "renewed"}, &fixture.authority);
  fixture.folder.write("tls.crt", renewed.pem());
  watch.pass_seconds(5);
  CHECK(watch.loaded.empty());
  REQUIRE(watch.refused.size() == 1);
  CHECK(watch.refused.front().find("does not belong to") != std::string::npos);
  CHECK(watch.watcher.current() == before);

  fixture.folder.write("tls.key", renewed.key_pem());
  watch.pass_seconds(2);
  REQUIRE(watch.loaded.size() == 1);
  CHECK(served_subject(watch.loaded.front()) == "/CN=renewed");
}

TEST_CASE("files that vanish are reported, and used when they are back") {
  tls_fixture fixture;
  watched watch(fixture.options());
  std::filesystem::remove(fixture.folder.path() / "tls.key");
  watch.pass_seconds(3);
  REQUIRE(watch.refused.size() == 1);
  CHECK(watch.refused.front().starts_with("cannot open "));
  static_cast<void>(fixture.options());
  watch.pass_seconds(2);
  CHECK(watch.loaded.size() == 1);
}

TEST_CASE("the symbolic link of a Kubernetes secret is followed when it is swapped") {
  namespace fs = std::filesystem;
  tls_fixture fixture;
  const fs::path& root = fixture.folder.path();
  const auto version = [&](const std::string& name, const certificate& pair) {
    fs::create_directory(root / name);
    fixture.folder.write(name + "/tls.crt", pair.pem());
    fixture.folder.write(name + "/tls.key", pair.key_pem());
  };
  version("..2024_one", fixture.server);
  fs::create_directory_symlink("..2024_one", root / "..data");
  fs::create_symlink("..data/tls.crt", root / "tls.crt");
  fs::create_symlink("..data/tls.key", root / "tls.key");
  tls_options options;
  options.certificate_file = (root / "tls.crt").string();
  options.key_file = (root / "tls.key").string();
  watched watch(options);
  watch.pass_seconds(3);
  CHECK(watch.loaded.empty());

  version("..2024_two", certificate({.common_name = "swapped"}, &fixture.authority));
  fs::create_directory_symlink("..2024_two", root / "..data_tmp");
  fs::rename(root / "..data_tmp", root / "..data");
  fs::remove_all(root / "..2024_one");
  watch.pass_seconds(2);
  REQUIRE(watch.loaded.size() == 1);
  CHECK(served_subject(watch.loaded.front()) == "/CN=swapped");
}

TEST_CASE("what is loaded on demand is new only when it differs") {
  tls_fixture fixture;
  const tls_options options = fixture.options();
  watched watch(options);
  const auto before = watch.watcher.current();
  CHECK(watch.watcher.load_now(options).value() == before);

  fixture.server = certificate({.common_name = "renewed"}, &fixture.authority);
  CHECK(watch.watcher.load_now(fixture.options()).value() != before);
  CHECK(served_subject(watch.watcher.current()) == "/CN=renewed");

  const auto renewed = watch.watcher.current();
  tls_options newer = options;
  newer.minimum_version = tls_version::v1_3;
  CHECK(watch.watcher.load_now(newer).value() != renewed);
  CHECK(watch.watcher.current()->same_certificates(*renewed));
  CHECK_FALSE(watch.watcher.current()->same_certificates(*before));
  watch.pass_seconds(3);
  CHECK(watch.loaded.empty());
}

TEST_CASE("a chain or a client authority of another's is another context") {
  tls_fixture fixture;
  watched watch(fixture.options(client_certificates::optional));
  const auto before = watch.watcher.current();
  CHECK(watch.watcher.load_now(before->options()).value() == before);
  fixture.folder.write("tls.crt", fixture.server.pem());
  const auto shorter = watch.watcher.load_now(before->options()).value();
  CHECK_FALSE(shorter->same_certificates(*before));
  fixture.folder.write("ca.crt", make_authority("another").pem());
  CHECK_FALSE(watch.watcher.load_now(before->options()).value()->same_certificates(*shorter));
}

TEST_CASE("what cannot be loaded on demand changes nothing and is not tried again by itself") {
  tls_fixture fixture;
  const tls_options options = fixture.options();
  watched watch(options);
  const auto before = watch.watcher.current();
  fixture.folder.write("tls.key", "nonsense");
  const auto refused = watch.watcher.load_now(options);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error() == options.key_file + " holds no private key in PEM form");
  CHECK(watch.watcher.current() == before);
  watch.pass_seconds(3);
  CHECK(watch.refused.empty());
}

TEST_CASE("the files that were named on demand are the ones that are watched") {
  tls_fixture fixture;
  watched watch(fixture.options());
  tls_options moved = fixture.options();
  moved.certificate_file = fixture.folder.write("moved.crt", fixture.server.pem());
  moved.key_file = fixture.folder.write("moved.key", fixture.server.key_pem());
  REQUIRE(watch.watcher.load_now(moved).has_value());
  const certificate renewed({.common_name = "renewed"}, &fixture.authority);
  fixture.folder.write("moved.crt", renewed.pem());
  fixture.folder.write("moved.key", renewed.key_pem());
  watch.pass_seconds(2);
  REQUIRE(watch.loaded.size() == 1);
  CHECK(served_subject(watch.loaded.front()) == "/CN=renewed");
}

TEST_CASE("a changed client authority is noticed too, and its clients' tickets end") {
  tls_fixture fixture;
  watched watch(fixture.options(client_certificates::optional));
  const auto now = std::chrono::steady_clock::now();
  const auto key = watch.watcher.current()->ticket_keys()->current(now).value();
  fixture.folder.write("ca.crt", make_authority("another").pem());
  watch.pass_seconds(2);
  REQUIRE(watch.loaded.size() == 1);
  CHECK_FALSE(watch.loaded.front()->ticket_keys()->find(key.name, now).has_value());
}
