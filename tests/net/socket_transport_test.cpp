#include <doctest/doctest.h>

#include <array>
#include <candela/net/socket_transport.hpp>
#include <new>
#include <string>
#include <tests/net/detail/sockets.hpp>
#include <vector>

using namespace candela;
using namespace candela::net;

namespace {

// A transport over a socket, with notes of what it told.
struct connected : transport_events {
  void on_readable() override {
    ++readable;
    if (throw_when_readable) throw std::bad_alloc();
    char space[4096];
    const io_result got = ours->read({space, read_at_once});
    last = got.status;
    if (got.status == io_status::done) text.append(space, got.bytes);
    if (got.status == io_status::ended || got.status == io_status::failed) ours->want_read(false);
  }
  void on_writable() override {
    ++writable;
    if (close_when_writable) ours.reset();
  }
  void on_lost() override { ++lost; }

  io_result write(std::string_view bytes) {
    const std::string_view pieces[] = {bytes};
    return ours->write(pieces);
  }
  void turn() { owner.loop().turn(); }

  worker owner{0};
  testing::socket_pair sockets;
  transport_ptr ours = make_socket_transport(owner, sockets.ours.release(), *address::parse("127.0.0.1", 9));
  std::size_t read_at_once = 4096;
  std::string text;
  io_status last = io_status::would_block;
  int readable = 0;
  int writable = 0;
  int lost = 0;
  bool close_when_writable = false;
  bool throw_when_readable = false;
};

// Writes until the socket takes no more; how many bytes that were.
std::size_t fill(connected& one) {
  const std::string block(64 * 1024, 'x');
  std::size_t written = 0;
  for (;;) {
    const io_result result = one.write(block);
    if (result.status != io_status::done) {
      CHECK(result.status == io_status::would_block);
      return written;
    }
    written += result.bytes;
  }
}

void drain(int socket, std::size_t bytes) {
  std::vector<char> space(256 * 1024);
  while (bytes != 0) {
    const ssize_t got = ::recv(socket, space.data(), std::min(space.size(), bytes), 0);
    REQUIRE(got > 0);
    bytes -= static_cast<std::size_t>(got);
  }
}

}  // namespace

TEST_CASE("bytes go both ways, in the order of their pieces") {
  connected one;
  one.ours->start(one);
  REQUIRE(::send(one.sockets.peer.get(), "hello", 5, 0) == 5);
  while (one.text.size() != 5) one.turn();
  CHECK(one.text == "hello");
  const std::string_view pieces[] = {"one ", "", "two ", "three"};
  CHECK(one.ours->write(pieces).bytes == 13);
  char space[32];
  CHECK(::recv(one.sockets.peer.get(), space, sizeof space, 0) == 13);
  CHECK(std::string_view(space, 13) == "one two three");
  CHECK(one.ours->peer().port() == 9);
  CHECK(one.ours->local().is_loopback());
  CHECK_FALSE(one.ours->secure());
}

TEST_CASE("a listener that throws is told once that its connection is lost") {
  connected one;
  one.throw_when_readable = true;
  one.ours->start(one);
  REQUIRE(::send(one.sockets.peer.get(), "hello", 5, 0) == 5);
  while (one.lost == 0) one.turn();
  REQUIRE(::send(one.sockets.peer.get(), "hello", 5, 0) == 5);
  for (int i = 0; i != 3; ++i) one.turn();
  CHECK(one.readable == 1);
  CHECK(one.lost == 1);
}

TEST_CASE("pieces beyond what one call takes are a short write, empty ones do not count") {
  connected one;
  std::vector<std::string_view> pieces(1000);
  pieces.resize(1100, "x");
  const io_result result = one.ours->write(pieces);
  CHECK(result.status == io_status::done);
  CHECK(result.bytes >= 1);
  CHECK(result.bytes <= 100);
}

TEST_CASE("a write that would block goes on when the peer has read") {
  connected one;
  one.ours->start(one);
  const std::size_t written = fill(one);
  CHECK(written > 0);
  one.ours->want_write(true);
  one.turn();
  CHECK(one.writable == 0);
  drain(one.sockets.peer.get(), written);
  while (one.writable == 0) one.turn();
  CHECK(one.write("more").status == io_status::done);
  one.ours->want_write(false);
  const int before = one.writable;
  one.turn();
  CHECK(one.writable == before);
}

TEST_CASE("a peer that never stops sending does not keep us from writing") {
  connected one;
  one.read_at_once = 1;
  one.ours->start(one);
  REQUIRE(::send(one.sockets.peer.get(), "abcdefgh", 8, 0) == 8);
  one.ours->want_write(true);
  while (one.readable == 0) one.turn();
  CHECK(one.text.size() < 8);
  CHECK(one.writable >= 1);
}

TEST_CASE("a transport that is closed by one of its events gives no other") {
  connected one;
  one.close_when_writable = true;
  one.ours->start(one);
  one.ours->want_write(true);
  while (one.ours) one.turn();
  const int before = one.readable;
  static_cast<void>(::send(one.sockets.peer.get(), "x", 1, MSG_NOSIGNAL));
  one.turn();
  CHECK(one.readable == before);
  CHECK(one.lost == 0);
}

TEST_CASE("a half-closed peer is read to its end, and can still be written to") {
  connected one;
  one.ours->start(one);
  REQUIRE(::send(one.sockets.peer.get(), "last", 4, 0) == 4);
  ::shutdown(one.sockets.peer.get(), SHUT_WR);
  while (one.last != io_status::ended) one.turn();
  CHECK(one.text == "last");
  CHECK(one.write("answer").bytes == 6);
  one.ours->shut_write();
  char space[16];
  CHECK(::recv(one.sockets.peer.get(), space, sizeof space, MSG_WAITALL) == 6);
  CHECK(one.lost <= 1);
}

TEST_CASE("a half-closed peer says nothing to a paused reader") {
  connected one;
  one.ours->start(one);
  one.ours->want_read(false);
  ::shutdown(one.sockets.peer.get(), SHUT_WR);
  for (int turn = 0; turn != 5; ++turn) one.turn();
  CHECK(one.readable == 0);
  CHECK(one.lost == 0);
  one.ours->want_read(true);
  while (one.last != io_status::ended) one.turn();
}

TEST_CASE("a reset is told while reading is paused, once") {
  connected one;
  one.ours->start(one);
  one.ours->want_read(false);
  testing::reset(std::move(one.sockets.peer));
  while (one.lost == 0) one.turn();
  for (int turn = 0; turn != 5; ++turn) one.turn();
  CHECK(one.lost == 1);
  CHECK(one.readable == 0);
}

TEST_CASE("both sides' end is told while reading is paused, once") {
  connected one;
  one.ours->start(one);
  one.ours->want_read(false);
  one.ours->shut_write();
  ::shutdown(one.sockets.peer.get(), SHUT_WR);
  while (one.lost == 0) one.turn();
  for (int turn = 0; turn != 5; ++turn) one.turn();
  CHECK(one.lost == 1);
}

TEST_CASE("a reset reaches a reader that takes a little at a time") {
  connected one;
  one.read_at_once = 1;
  one.ours->start(one);
  REQUIRE(::send(one.sockets.peer.get(), "abcdefgh", 8, 0) == 8);
  testing::reset(std::move(one.sockets.peer));
  for (int turn = 0; turn != 200 && one.last != io_status::failed; ++turn) one.turn();
  CHECK(one.last == io_status::failed);
  CHECK(one.lost == 0);
}

TEST_CASE("closing with a reset is a failure for the peer, closing without is an end") {
  for (const bool hard : {true, false}) {
    connected one;
    one.ours->start(one);
    one.ours.release()->close(hard);
    char byte;
    const ssize_t got = ::recv(one.sockets.peer.get(), &byte, 1, 0);
    CHECK(got == (hard ? -1 : 0));
    one.turn();
  }
}
