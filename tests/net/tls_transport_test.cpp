#include <doctest/doctest.h>

#include <candela/net/tls_transport.hpp>

#include "tls_fixture.hpp"
#include "tls_pair.hpp"

using namespace candela::net;
using namespace candela::net::test;
using namespace std::chrono_literals;

namespace {

std::string pattern(std::size_t bytes) {
  std::string text(bytes, '\0');
  std::uint32_t state = 1;
  for (char& c : text) c = static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
  return text;
}

bool exchanges(tls_pair& pair) {
  pair.client->send("ping");
  if (!pair.run([&] { return pair.received == "ping"; })) return false;
  pair.write("pong");
  return pair.run([&] { return pair.client->received == "pong"; });
}

}  // namespace

TEST_CASE("TLS 1.2 and 1.3 are spoken, with forward secrecy and authenticated encryption") {
  const tls_fixture fixture;
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    tls_pair pair(tls_fixture::load(fixture.options()), {.oldest = version, .newest = version});
    REQUIRE(pair.shake_hands());
    CHECK(exchanges(pair));
    CHECK(SSL_version(pair.client->ssl()) == version);
    const SSL_CIPHER* cipher = SSL_get_current_cipher(pair.client->ssl());
    CHECK(SSL_CIPHER_is_aead(cipher) == 1);
    CHECK(SSL_CIPHER_get_kx_nid(cipher) == (version == TLS1_3_VERSION ? NID_kx_any : NID_kx_ecdhe));
    CHECK(pair.transport->secure());
    CHECK(pair.transport->identity() == nullptr);
  }
}

TEST_CASE("TLS 1.1 is refused, and 1.2 where 1.3 is the least") {
  const tls_fixture fixture;
  tls_options options = fixture.options();
  tls_pair old(tls_fixture::load(options), {.oldest = TLS1_1_VERSION, .newest = TLS1_1_VERSION});
  CHECK_FALSE(old.shake_hands());
  CHECK(old.lost);
  CHECK(old.refusal == "unsupported protocol");

  options.minimum_version = tls_version::v1_3;
  tls_pair recent(tls_fixture::load(options), {.newest = TLS1_2_VERSION});
  CHECK_FALSE(recent.shake_hands());
  CHECK(recent.lost);
  tls_pair newest(tls_fixture::load(options));
  CHECK(newest.shake_hands());
}

TEST_CASE("ALPN chooses by our order, and without a common protocol there is no connection") {
  const tls_fixture fixture;
  tls_options options = fixture.options();
  options.alpn = {"h2", "http/1.1"};
  const auto context = tls_fixture::load(options);

  tls_pair both(context, {.alpn = "\x08http/1.1\x02h2"});
  REQUIRE(both.shake_hands());
  CHECK(both.client->alpn() == "h2");
  CHECK(both.transport->alpn() == "h2");

  tls_pair silent(context);
  REQUIRE(silent.shake_hands());
  CHECK(silent.transport->alpn().empty());

  tls_pair foreign(context, {.alpn = "\x03irc"});
  CHECK_FALSE(foreign.shake_hands());
  CHECK(foreign.client->failed);
  CHECK(foreign.lost);
}

TEST_CASE("bytes that arrive one at a time make the same connection") {
  const tls_fixture fixture;
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    tls_pair pair(tls_fixture::load(fixture.options()), {.newest = version, .piece = 1});
    REQUIRE(pair.shake_hands());
    CHECK(exchanges(pair));
  }
}

TEST_CASE("the listener is not called before the handshake is done") {
  const tls_fixture fixture;
  tls_pair pair(tls_fixture::load(fixture.options()), {.newest = TLS1_2_VERSION});
  const std::string_view piece[] = {"early"};
  CHECK(pair.transport->write(piece).status == io_status::would_block);
  char space[16];
  CHECK(pair.transport->read(space).status == io_status::would_block);
  REQUIRE(pair.shake_hands());
  CHECK(pair.readable_calls == 0);
}

TEST_CASE("megabytes go both ways while the reader's space is small") {
  const tls_fixture fixture;
  for (const std::size_t space : {std::size_t{700}, std::size_t{64 * 1024}}) {
    tls_pair pair(tls_fixture::load(fixture.options()));
    pair.read_space = space;
    REQUIRE(pair.shake_hands());
    const std::string up = pattern(3'000'000);
    const std::string down = pattern(4'000'000);
    pair.client->send(up);
    pair.write(down);
    CHECK(pair.run([&] { return pair.received.size() == up.size() && pair.client->received.size() == down.size(); }));
    CHECK(pair.received == up);
    CHECK(pair.client->received == down);
    CHECK_FALSE(pair.failed);
  }
}

TEST_CASE("a peer that does not read holds our writes, and gets everything once it reads") {
  const tls_fixture fixture;
  tls_pair pair(tls_fixture::load(fixture.options()));
  REQUIRE(pair.shake_hands());
  const std::string down = pattern(2'000'000);
  pair.client->reads_wire = false;
  pair.write(down);
  int rounds = 0;
  pair.run([&] { return ++rounds == 200; });
  CHECK(pair.unwritten.size() > 1'000'000);
  pair.client->reads_wire = true;
  CHECK(pair.run([&] { return pair.client->received.size() == down.size(); }));
  CHECK(pair.client->received == down);
}

TEST_CASE("what was reported as written arrives although the transport closes at once") {
  const tls_fixture fixture;
  tls_pair pair(tls_fixture::load(fixture.options()));
  REQUIRE(pair.shake_hands());
  const std::string down = pattern(1'000'000);
  pair.write(down);
  REQUIRE(pair.run([&] { return pair.unwritten.size() < down.size(); }));
  pair.client->reads_wire = false;
  const std::size_t written = down.size() - pair.unwritten.size();
  REQUIRE(written < down.size());
  pair.transport.reset();
  pair.client->reads_wire = true;
  CHECK(pair.run([&] { return pair.client->peer_ended; }));
  CHECK(pair.client->received.size() >= written);
  CHECK(down.starts_with(pair.client->received));
}

TEST_CASE("head and body share a record") {
  const tls_fixture fixture;
  tls_pair pair(tls_fixture::load(fixture.options()));
  REQUIRE(pair.shake_hands());
  const std::size_t before = pair.client->wire_bytes;
  const std::string_view pieces[] = {"head", "", "body"};
  const io_result went = pair.transport->write(pieces);
  CHECK(went.status == io_status::done);
  CHECK(went.bytes == 8);
  CHECK(pair.run([&] { return pair.client->received == "headbody"; }));
  // TLS 1.3: 5 bytes of record header, the text, its inner type, a tag of 16.
  CHECK(pair.client->wire_bytes - before == 5 + 8 + 1 + 16);
}

TEST_CASE("a reader that pauses with plain text left is called when it wants to go on") {
  const tls_fixture fixture;
  tls_pair pair(tls_fixture::load(fixture.options()));
  pair.read_space = 1000;
  pair.pauses = true;
  REQUIRE(pair.shake_hands());
  pair.transport->want_read(true);
  const std::string up = pattern(10'000);
  pair.client->send(up);
  for (std::size_t expected = 1000; expected <= up.size(); expected += 1000) {
    REQUIRE(pair.run([&] { return pair.received.size() == expected; }));
    CHECK(pair.transport->has_pending() == (expected != up.size()));
    pair.transport->want_read(true);
    pair.time.advance(2ms);
  }
  CHECK(pair.received == up);
}

TEST_CASE("a reader that leaves plain text behind without pausing is called again") {
  const tls_fixture fixture;
  tls_pair pair(tls_fixture::load(fixture.options()));
  pair.read_space = 100;
  pair.hasty = true;
  REQUIRE(pair.shake_hands());
  pair.client->send(pattern(1000));
  CHECK(pair.run([&] {
    pair.time.advance(2ms);
    return pair.received.size() == 1000;
  }));
}

TEST_CASE("close_notify is the end of reading, and a FIN without it too") {
  const tls_fixture fixture;
  tls_pair notified(tls_fixture::load(fixture.options()));
  REQUIRE(notified.shake_hands());
  notified.client->send("last words");
  notified.client->step();
  notified.client->close_notify();
  CHECK(notified.run([&] { return notified.ended; }));
  CHECK(notified.received == "last words");
  notified.write("answer");
  CHECK(notified.run([&] { return notified.client->received == "answer"; }));

  tls_pair cut(tls_fixture::load(fixture.options()));
  REQUIRE(cut.shake_hands());
  cut.client->cut();
  CHECK(cut.run([&] { return cut.ended; }));
  CHECK_FALSE(cut.failed);
}

TEST_CASE("shutting the writing side sends close_notify and FIN, and reading goes on") {
  const tls_fixture fixture;
  tls_pair pair(tls_fixture::load(fixture.options()));
  REQUIRE(pair.shake_hands());
  pair.write("done");
  pair.transport->shut_write();
  CHECK(pair.run([&] { return pair.client->peer_notified && pair.client->peer_ended; }));
  CHECK(pair.client->received == "done");
  const std::string_view more[] = {"more"};
  CHECK(pair.transport->write(more).status == io_status::failed);
  pair.client->send("still here");
  CHECK(pair.run([&] { return pair.received == "still here"; }));
}

TEST_CASE("closing says goodbye; resetting does not") {
  const tls_fixture fixture;
  tls_pair polite(tls_fixture::load(fixture.options()));
  REQUIRE(polite.shake_hands());
  polite.transport.reset();
  CHECK(polite.run([&] { return polite.client->peer_ended; }));
  CHECK(polite.client->peer_notified);

  tls_pair rude(tls_fixture::load(fixture.options()));
  REQUIRE(rude.shake_hands());
  rude.transport.release()->close(true);
  CHECK(rude.run([&] { return rude.client->peer_ended; }));
  CHECK_FALSE(rude.client->peer_notified);
}

TEST_CASE("what is not TLS is refused with an alert and loses nothing else") {
  const tls_fixture fixture;
  const auto context = tls_fixture::load(fixture.options());
  for (const std::string_view bytes :
       {std::string_view("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"), std::string_view("\0\0\0\0\0\0\0\0", 8),
        std::string_view("\x16\x03\x01\x00\x05hello", 10), std::string_view("\x16\x03\x01\xff\xff")}) {
    tls_pair pair(context);
    pair.client->send_raw(bytes);
    for (int turns = 0; turns != 4; ++turns) pair.owner.loop().turn();
    CAPTURE(bytes.size());
    CHECK(pair.lost);
    CHECK_FALSE(pair.refusal.empty());
    CHECK(pair.readable_calls == 0);
  }
  tls_pair next(context);
  REQUIRE(next.shake_hands());
  CHECK(exchanges(next));
}

TEST_CASE("garbage after the handshake fails the reading") {
  const tls_fixture fixture;
  tls_pair pair(tls_fixture::load(fixture.options()));
  REQUIRE(pair.shake_hands());
  pair.client->send_raw("this is no record at all");
  CHECK(pair.run([&] { return pair.failed; }));
  CHECK(pair.received.empty());
}

TEST_CASE("a handshake that is cut short or takes too long is given up") {
  const tls_fixture fixture;
  tls_options options = fixture.options();
  options.handshake_timeout = 3s;
  const auto context = tls_fixture::load(options);

  tls_pair cut(context);
  cut.client->send_raw(std::string_view("\x16\x03\x01\x02\x00\x01", 6));
  cut.client->cut();
  for (int turns = 0; turns != 4; ++turns) cut.owner.loop().turn();
  CHECK(cut.lost);
  CHECK(cut.refusal == "the peer left during the handshake");

  tls_pair slow(context);
  slow.client->send_raw(std::string_view("\x16\x03\x01\x02\x00\x01", 6));
  slow.time.advance(2999ms);
  slow.owner.loop().turn();
  CHECK_FALSE(slow.lost);
  slow.time.advance(2ms);
  slow.owner.loop().turn();
  CHECK(slow.lost);
  CHECK(slow.refusal == "the handshake took too long");
}

TEST_CASE("the handshake's time limit ends with the handshake") {
  const tls_fixture fixture;
  tls_pair pair(tls_fixture::load(fixture.options()));
  REQUIRE(pair.shake_hands());
  pair.time.advance(1h);
  pair.owner.loop().turn();
  CHECK_FALSE(pair.lost);
  CHECK(exchanges(pair));
}

TEST_CASE("a key update is answered and the connection goes on") {
  const tls_fixture fixture;
  tls_pair pair(tls_fixture::load(fixture.options()));
  REQUIRE(pair.shake_hands());
  REQUIRE(SSL_key_update(pair.client->ssl(), SSL_KEY_UPDATE_REQUESTED) == 1);
  CHECK(exchanges(pair));
}

TEST_CASE("a peer that asks for key updates without end and reads nothing is let go") {
  const tls_fixture fixture;
  tls_pair pair(tls_fixture::load(fixture.options()));
  REQUIRE(pair.shake_hands());
  pair.client->reads_wire = false;
  CHECK(pair.run([&] {
    for (int more = 0; more != 50 && !pair.failed; ++more) {
      SSL_key_update(pair.client->ssl(), SSL_KEY_UPDATE_REQUESTED);
      SSL_do_handshake(pair.client->ssl());
    }
    return pair.failed;
  }));
}

TEST_CASE("a client cannot renegotiate") {
  const tls_fixture fixture;
  tls_pair pair(tls_fixture::load(fixture.options()), {.newest = TLS1_2_VERSION});
  REQUIRE(pair.shake_hands());
  REQUIRE(SSL_renegotiate(pair.client->ssl()) == 1);
  // The warning that we send instead ends OpenSSL's client.
  CHECK(pair.run([&] { return pair.client->failed; }));
  CHECK_FALSE(pair.lost);
}

TEST_CASE("a paused transport reports a connection that is lost, once") {
  const tls_fixture fixture;
  tls_pair pair(tls_fixture::load(fixture.options()));
  REQUIRE(pair.shake_hands());
  pair.transport->want_read(false);
  pair.client.reset();
  for (int turns = 0; turns != 5; ++turns) pair.owner.loop().turn();
  CHECK(pair.losses == 1);
  CHECK(pair.readable_calls == 0);
}
