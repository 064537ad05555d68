// A descriptor of somebody else's on the loop.
#include <doctest/doctest.h>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <candela/net/socket_watch.hpp>
#include <candela/net/worker.hpp>
#include <memory>
#include <string>
#include <utility>

using namespace candela;

namespace {

struct watched_pair {
  watched_pair() {
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) == 0);
    const auto ready = [](void* owner, bool readable, bool writable) {
      auto& self = *static_cast<watched_pair*>(owner);
      self.readable += readable;
      self.writable += writable;
      if (self.ends_itself) self.watch.reset();
    };
    watch = std::make_unique<net::socket_watch>(worker.loop(), ends[0], ready, this);
    REQUIRE(watch->is_open());
  }
  ~watched_pair() {
    watch.reset();
    close(ends[0]);
    if (ends[1] >= 0) close(ends[1]);
  }

  net::worker worker{0};
  int ends[2] = {-1, -1};
  std::unique_ptr<net::socket_watch> watch;
  int readable = 0;
  int writable = 0;
  bool ends_itself = false;
};

}  // namespace

TEST_CASE("a watch tells what was asked for, as long as it holds") {
  watched_pair pair;
  pair.worker.loop().turn();
  CHECK(pair.readable + pair.writable == 0);
  pair.watch->want(true, false);
  pair.worker.loop().turn();
  CHECK(pair.readable == 0);
  REQUIRE(write(pair.ends[1], "x", 1) == 1);
  pair.worker.loop().turn();
  pair.worker.loop().turn();
  CHECK(pair.readable == 2);
  CHECK(pair.writable == 0);
  pair.watch->want(false, true);
  pair.worker.loop().turn();
  CHECK(pair.readable == 2);
  CHECK(pair.writable == 1);
}

TEST_CASE("the other side's end can be read, and a watch may end within its own call") {
  watched_pair pair;
  pair.ends_itself = true;
  pair.watch->want(true, true);
  close(std::exchange(pair.ends[1], -1));
  pair.worker.loop().turn();
  CHECK(pair.readable == 1);
  CHECK(pair.watch == nullptr);
  pair.worker.loop().turn();
  CHECK(pair.readable == 1);
}

TEST_CASE("a connection that failed is told again until what came before was read") {
  watched_pair pair;
  pair.watch->want(true, false);
  // Closed with something unread, it is reset.
  REQUIRE(write(pair.ends[0], "q", 1) == 1);
  REQUIRE(write(pair.ends[1], "ab", 2) == 2);
  close(std::exchange(pair.ends[1], -1));
  std::string came;
  for (int turn = 1; turn != 4; ++turn) {
    pair.worker.loop().turn();
    CHECK(pair.readable == turn);
    char next = 0;
    if (read(pair.ends[0], &next, 1) == 1) came += next;
  }
  CHECK(came == "ab");
}

TEST_CASE("a descriptor that no loop can watch is refused") {
  net::worker worker(0);
  const int file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
  REQUIRE(file >= 0);
  {
    net::socket_watch watch(worker.loop(), file, [](void*, bool, bool) {}, nullptr);
    CHECK_FALSE(watch.is_open());
    watch.want(true, true);
  }
  close(file);
}
