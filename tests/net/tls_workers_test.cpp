#include <doctest/doctest.h>
#include <sys/socket.h>

#include <array>

#include "tls_fixture.hpp"
#include "tls_pair.hpp"

using namespace candela::net;
using namespace candela::net::test;

namespace {

// Sends back what comes, on the worker's own thread.
class echo final : public transport_events {
 public:
  void take(worker& owner, int descriptor, const std::shared_ptr<const tls_context>& context) {
    transport_ = make_tls_transport(owner, descriptor, *address::parse("127.0.0.1", 1), context);
    transport_->start(*this);
  }

  void on_readable() override {
    char space[256];
    const io_result got = transport_->read(space);
    if (got.status == io_status::ended || got.status == io_status::failed) return transport_.reset();
    const std::string_view answer[] = {{space, got.bytes}};
    if (got.bytes != 0) transport_->write(answer);
  }
  void on_writable() override {}
  void on_lost() override { transport_.reset(); }

 private:
  transport_ptr transport_;
};

// One connection to the worker, closed by both; gives the session for the next one.
std::shared_ptr<SSL_SESSION> converse(worker& server, echo& end, const std::shared_ptr<const tls_context>& context,
                                      const std::shared_ptr<SSL_SESSION>& resumed) {
  std::array<int, 2> ends;
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()) == 0);
  server.loop().post([&, context, descriptor = ends[1]] { end.take(server, descriptor, context); });
  tls_client client(ends[0], {.resumes = resumed});
  client.send("hello");
  for (client.step(); client.received != "hello"; client.step()) client.wait();
  CHECK(client.resumed() == (resumed != nullptr));
  client.close_notify();
  for (; !client.peer_ended; client.step()) client.wait();
  return client.session;
}

}  // namespace

TEST_CASE("workers share a context, and a client resumes at whichever worker it meets") {
  const tls_fixture fixture;
  const auto context = tls_fixture::load(fixture.options());
  std::array<echo, 4> ends;
  worker first(0);
  worker second(1);
  first.start();
  second.start();
  auto session = converse(first, ends[0], context, nullptr);
  REQUIRE(session != nullptr);
  session = converse(second, ends[1], context, session);
  // A reload reaches the workers one after the other.
  const auto reloaded = tls_fixture::load(fixture.options(), context->ticket_keys());
  session = converse(first, ends[2], reloaded, session);
  converse(second, ends[3], context, session);
}
