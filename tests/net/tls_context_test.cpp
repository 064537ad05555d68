#include <doctest/doctest.h>

#include <candela/net/tls_context.hpp>

#include "tls_fixture.hpp"

using namespace candela::net;
using namespace candela::net::test;
using namespace std::chrono_literals;

namespace {

std::string refusal(const tls_options& options) {
  const auto loaded = tls_context::load(options);
  return loaded ? "loaded" : loaded.error();
}

}  // namespace

TEST_CASE("a context knows when its certificate expires") {
  const tls_fixture fixture;
  const auto context = tls_fixture::load(fixture.options());
  const auto left = context->expires() - std::chrono::system_clock::now();
  CHECK(left > 23h);
  CHECK(left < 25h);
}

TEST_CASE("a key of another certificate is named, and nothing of it is told") {
  const tls_fixture fixture;
  tls_options options = fixture.options();
  const certificate other{certificate_options{}};
  options.key_file = fixture.folder.write("other.key", other.key_pem());
  CHECK(refusal(options) ==
        "the key in " + options.key_file + " does not belong to the certificate in " + options.certificate_file);
}

TEST_CASE("files that cannot be used are named with what is wrong") {
  const tls_fixture fixture;
  const std::string folder = fixture.folder.path().string();
  const auto with = [&](std::string tls_options::* member, const std::string& path) {
    tls_options options = fixture.options(client_certificates::required);
    options.*member = path;
    return refusal(options);
  };
  const auto certificate_file = &tls_options::certificate_file;
  const auto key_file = &tls_options::key_file;
  const auto ca_file = &tls_options::client_ca_file;

  CHECK(with(certificate_file, folder + "/none") == "cannot open " + folder + "/none: No such file or directory");
  CHECK(with(key_file, folder + "/none") == "cannot open " + folder + "/none: No such file or directory");
  CHECK(with(ca_file, folder + "/none") == "cannot open " + folder + "/none: No such file or directory");
  CHECK(with(certificate_file, folder) == "cannot read " + folder + ": Is a directory");

  const std::string empty = fixture.folder.write("empty", "");
  CHECK(with(certificate_file, empty) == empty + " holds no certificate in PEM form");
  CHECK(with(key_file, empty) == empty + " holds no private key in PEM form");
  CHECK(with(ca_file, empty) == empty + " holds no certificate in PEM form");
  CHECK(with(key_file, fixture.options().certificate_file) ==
        fixture.options().certificate_file + " holds no private key in PEM form");

  const std::string torn = fixture.folder.write("torn", fixture.server.pem().substr(0, 300));
  CHECK(with(certificate_file, torn) == torn + " holds a certificate that cannot be read");
  const std::string huge = fixture.folder.write("huge", std::string(1024 * 1024 + 1, '#'));
  CHECK(with(certificate_file, huge) == huge + " is larger than a mebibyte");
  const std::string locked = fixture.folder.write("locked", fixture.server.protected_key_pem());
  CHECK(with(key_file, locked) == locked + " is protected by a passphrase; a key without one is needed");
  const std::string leaf = fixture.folder.write("leaf", fixture.server.pem());
  CHECK(with(ca_file, leaf) == leaf + " holds a certificate that is not an authority's");
  CHECK(with(ca_file, "") == "client certificates are asked for, but no CA file is named");
}

TEST_CASE("an expired certificate is not loaded") {
  const tls_fixture fixture;
  tls_options options = fixture.options();
  const certificate old({.begins = -48h, .ends = -1h}, &fixture.authority);
  options.certificate_file = fixture.folder.write("old.crt", old.pem());
  options.key_file = fixture.folder.write("old.key", old.key_pem());
  CHECK(refusal(options) == "the certificate in " + options.certificate_file + " has expired");
}

TEST_CASE("an ALPN protocol has a length that its one byte can say") {
  const tls_fixture fixture;
  tls_options options = fixture.options();
  options.alpn = {""};
  CHECK(refusal(options) == "an ALPN protocol has 1 to 255 bytes");
  options.alpn = {std::string(256, 'a')};
  CHECK(refusal(options) == "an ALPN protocol has 1 to 255 bytes");
  options.alpn = {std::string(255, 'a')};
  CHECK(refusal(options) == "loaded");
}

TEST_CASE("a weak key is refused") {
  const tls_fixture fixture;
  tls_options options = fixture.options();
  const certificate weak({.common_name = "weak", .rsa_bits = 1024});
  options.certificate_file = fixture.folder.write("weak.crt", weak.pem());
  options.key_file = fixture.folder.write("weak.key", weak.key_pem());
  CHECK(refusal(options) == options.certificate_file + " cannot be used: ee key too small");
}
