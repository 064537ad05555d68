#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/resource.h>

#include <atomic>
#include <candela/net/listener.hpp>
#include <tests/net/detail/sockets.hpp>
#include <vector>

using namespace candela;
using namespace candela::net;
using testing::connect_to;
using testing::socket_owner;

namespace {

const address any_port = *address::parse("127.0.0.1", 0);

// Takes every descriptor that the process may have, under a limit lowered for the purpose.
class no_descriptors {
 public:
  no_descriptors() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    rlimit low = before_;
    low.rlim_cur = 200;
    ::setrlimit(RLIMIT_NOFILE, &low);
    for (int got = ::open("/dev/null", O_RDONLY | O_CLOEXEC); got >= 0; got = ::dup(got)) taken_.emplace_back(got);
  }
  ~no_descriptors() {
    taken_.clear();
    ::setrlimit(RLIMIT_NOFILE, &before_);
  }
  void give_back(std::size_t count) { taken_.resize(taken_.size() - count); }

 private:
  rlimit before_;
  std::vector<socket_owner> taken_;
};

struct accepting {
  worker owner{0};
  std::vector<socket_owner> accepted;
  std::vector<address> peers;
  std::unique_ptr<listener> one;

  accepting() : one(*listener::open(owner, any_port)) {
    one->start([this](int descriptor, const address& peer) {
      accepted.emplace_back(descriptor);
      peers.push_back(peer);
    });
  }
};

}  // namespace

TEST_CASE("port 0 takes a free port, and what connects there is accepted with its address") {
  accepting here;
  CHECK(here.one->where().port() != 0);
  const socket_owner client = connect_to(here.one->where());
  REQUIRE(client.get() >= 0);
  while (here.accepted.empty()) here.owner.loop().turn();
  CHECK(here.peers.front().is_loopback());
  CHECK((::fcntl(here.accepted.front().get(), F_GETFL) & O_NONBLOCK) != 0);
  CHECK((::fcntl(here.accepted.front().get(), F_GETFD) & FD_CLOEXEC) != 0);
}

TEST_CASE("a port where somebody listens is refused by the probe, a free one is not") {
  CHECK(listener::probe(any_port));
  std::uint16_t port = 0;
  {
    accepting here;
    port = here.one->where().port();
    const auto taken = listener::probe(*address::parse("127.0.0.1", port));
    REQUIRE_FALSE(taken);
    CHECK(taken.error().find("127.0.0.1:" + std::to_string(port)) != std::string::npos);
    // That a second listener of ours may share the port is why the probe exists.
    CHECK(listener::open(here.owner, here.one->where()));
  }
  CHECK(listener::probe(*address::parse("127.0.0.1", port)));
}

TEST_CASE("an address of another machine cannot be listened on") {
  worker owner(0);
  // 192.0.2.0/24 is for documentation (RFC 5737) and nobody's.
  const auto refused = listener::open(owner, *address::parse("192.0.2.1", 0));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().find("192.0.2.1") != std::string::npos);
}

TEST_CASE("every address of the machine means IPv4 and IPv6 alike") {
  worker owner(0);
  const auto both = listener::open(owner, *address::parse("*", 0));
  REQUIRE(both);
  CHECK((*both)->where().is_v6());
  CHECK(connect_to(*address::parse("127.0.0.1", (*both)->where().port())).get() >= 0);
}

TEST_CASE("two workers share a port and each gets connections of its own") {
  worker first(0);
  worker second(1);
  std::atomic<int> counts[2] = {0, 0};
  std::atomic<int> total = 0;
  auto one = *listener::open(first, any_port);
  auto two = *listener::open(second, one->where());
  const auto count_for = [&](int index) {
    return [&, index](int descriptor, const address&) {
      ::close(descriptor);
      ++counts[index];
      ++total;
      total.notify_one();
    };
  };
  one->start(count_for(0));
  two->start(count_for(1));
  first.start();
  second.start();
  constexpr int clients = 200;
  for (int client = 0; client != clients; ++client) CHECK(connect_to(one->where()).get() >= 0);
  for (int seen = total; seen != clients; seen = total) total.wait(seen);
  for (worker* each : {&first, &second}) each->stop();
  for (worker* each : {&first, &second}) each->join();
  // The kernel spreads by a hash: that all of 200 land on one side has a chance of 2 to the -199.
  CHECK(counts[0] > 0);
  CHECK(counts[1] > 0);
}

TEST_CASE("without descriptors accepting pauses, and nobody who waits is dropped") {
  accepting here;
  std::vector<socket_owner> clients;
  for (int client = 0; client != 5; ++client) clients.push_back(connect_to(here.one->where()));
  no_descriptors none;
  while (!here.one->paused()) here.owner.loop().turn();
  CHECK(here.accepted.empty());
  here.owner.loop().turn();
  CHECK(here.accepted.empty());
  none.give_back(3);
  here.one->descriptors_freed();
  while (here.accepted.size() != 3 || !here.one->paused()) here.owner.loop().turn();
  none.give_back(2);
  // This time nobody says so: it looks again by itself.
  while (here.accepted.size() != 5) here.owner.loop().turn();
  for (const socket_owner& client : clients) CHECK(::send(client.get(), "x", 1, MSG_NOSIGNAL) == 1);
  for (const socket_owner& accepted : here.accepted) {
    char byte = 0;
    CHECK(::recv(accepted.get(), &byte, 1, 0) == 1);
  }
}

TEST_CASE("draining accepts all who wait, then nobody can connect any more") {
  accepting here;
  std::vector<socket_owner> clients;
  for (int client = 0; client != 100; ++client) clients.push_back(connect_to(here.one->where()));
  const address where = here.one->where();
  here.one->drain_and_close();
  CHECK(here.accepted.size() == 100);
  CHECK(connect_to(where).get() < 0);
  here.owner.loop().turn();
}

TEST_CASE("draining without descriptors waits for them instead of resetting who waits") {
  accepting here;
  std::vector<socket_owner> clients;
  for (int client = 0; client != 4; ++client) clients.push_back(connect_to(here.one->where()));
  const address where = here.one->where();
  {
    no_descriptors none;
    here.one->drain_and_close();
    CHECK(here.accepted.empty());
    CHECK(here.one->paused());
    none.give_back(4);
    here.one->descriptors_freed();
    CHECK(here.accepted.size() == 4);
  }
  if (here.one->paused()) here.one->descriptors_freed();
  CHECK(connect_to(where).get() < 0);
}
