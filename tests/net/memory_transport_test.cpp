#include <doctest/doctest.h>

#include <candela/net/memory_transport.hpp>
#include <string>

using namespace candela::net;

namespace {

struct reader : transport_events {
  explicit reader(memory_peer& peer) : end(peer.make()) { end->start(*this); }
  void on_readable() override {
    char space[8];
    const io_result got = end->read(space);
    last = got.status;
    if (got.status == io_status::done) text.append(space, got.bytes);
    if (close_at_text) end.reset();
  }
  void on_writable() override { ++writable; }
  void on_lost() override { ++lost; }
  io_result write(std::string_view bytes) {
    const std::string_view pieces[] = {bytes};
    return end->write(pieces);
  }

  transport_ptr end;
  std::string text;
  io_status last = io_status::would_block;
  int writable = 0;
  int lost = 0;
  bool close_at_text = false;
};

}  // namespace

TEST_CASE("what the peer sends is read at once, what is written is kept for it") {
  memory_peer peer;
  reader one(peer);
  peer.send("more than eight bytes");
  CHECK(one.text == "more than eight bytes");
  CHECK(peer.reads() == 3);
  CHECK(one.write("answer").bytes == 6);
  CHECK(peer.received() == "answer");
  CHECK(peer.take() == "answer");
  CHECK(peer.take().empty());
  CHECK(peer.writes() == 1);
}

TEST_CASE("a paused reader gets what waited once it reads again and the peer moves") {
  memory_peer peer;
  reader one(peer);
  one.end->want_read(false);
  peer.send("later");
  CHECK(one.text.empty());
  one.end->want_read(true);
  peer.send("");
  CHECK(one.text == "later");
}

TEST_CASE("a full window blocks writes until the peer takes something") {
  memory_peer peer;
  peer.set_window(4);
  reader one(peer);
  CHECK(one.write("abcdef").bytes == 4);
  CHECK(one.write("ef").status == io_status::would_block);
  one.end->want_write(true);
  peer.set_window(4);
  CHECK(one.writable == 0);
  CHECK(peer.take() == "abcd");
  CHECK(one.writable == 1);
  CHECK(one.write("ef").bytes == 2);
}

TEST_CASE("the peer's end is read after what it sent") {
  memory_peer peer;
  reader one(peer);
  one.end->want_read(false);
  peer.send("bye");
  peer.end();
  one.end->want_read(true);
  static_cast<void>(peer.take());
  CHECK(one.text == "bye");
  CHECK(one.last == io_status::ended);
}

TEST_CASE("a reset fails reads and writes, and is told to whom nobody would tell it") {
  memory_peer peer;
  reader reading(peer);
  peer.reset();
  CHECK(reading.last == io_status::failed);
  CHECK(reading.write("x").status == io_status::failed);
  memory_peer other;
  reader paused(other);
  paused.end->want_read(false);
  other.reset();
  CHECK(paused.lost == 1);
}

TEST_CASE("a transport may be closed while it is told something") {
  memory_peer peer;
  reader one(peer);
  one.close_at_text = true;
  peer.send("more than eight bytes");
  CHECK(one.text == "more tha");
  CHECK(peer.closed());
  CHECK(peer.ended());
}

TEST_CASE("a peer that is destroyed is a lost connection") {
  auto peer = std::make_unique<memory_peer>();
  reader one(*peer);
  peer = nullptr;
  CHECK(one.lost == 1);
  CHECK(one.write("x").status == io_status::failed);
}
