// Stages that say request by request whether it may have to wait for them.
#include <doctest/doctest.h>

#include <tests/server/fixture.hpp>
#include <vector>

using namespace candela;
using namespace candela::testing;

namespace {

// Waits for some requests, which it knows by their path, and lets the others pass at once.
class choosy_stage {
 public:
  explicit choosy_stage(std::vector<resume_token>& waiting) : waiting_(&waiting) {}
  [[nodiscard]] bool may_suspend_for(const http::request_head& head) { return head.path.starts_with("/slow"); }
  step on_request(exchange& x) {
    if (!x.may_suspend()) return step::next;
    waiting_->push_back(x.suspend());
    return step::suspended;
  }

 private:
  std::vector<resume_token>* waiting_;
};

}  // namespace

TEST_CASE("a stage waits for the requests of which it said so, and the others are answered at once") {
  server_fixture server;
  std::vector<resume_token> waiting;
  server.get("/{name}", [](exchange& x) { x.text(x.path("name")); }, {server.keep(choosy_stage(waiting))});
  server.serve();
  CHECK(body_of(server.ask(get_request("/fast"))) == "fast");
  CHECK(waiting.empty());
  net::memory_peer peer;
  server.connect(peer);
  peer.send(get_request("/fast") + get_request("/slow1") + get_request("/fast") + get_request("/slow1") +
            get_request("/slow1"));
  server.turns(4);
  REQUIRE(waiting.size() == 3);
  CHECK(peer.take().ends_with("fast"));
  for (std::size_t each : {2, 0, 1}) waiting[each].resume();
  server.turns(4);
  const std::string rest = peer.take();
  CHECK(rest.find("slow1") < rest.find("fast"));
  CHECK(rest.find("fast") < rest.rfind("slow1"));
  CHECK(rest.ends_with("slow1"));
}

TEST_CASE("a request whose head came before is asked about again") {
  server_fixture server;
  std::vector<resume_token> waiting;
  server.get("/{name}", [](exchange& x) { x.text(x.path("name")); }, {server.keep(choosy_stage(waiting))});
  server.serve();
  net::memory_peer peer;
  server.connect(peer);
  for (int i = 0; i != 3; ++i) {
    peer.send(get_request("/slow"));
    server.turns(2);
    REQUIRE(waiting.size() == 1);
    CHECK(peer.take().empty());
    waiting.front().resume();
    waiting.clear();
    server.turns(2);
    CHECK(body_of(peer.take()) == "slow");
  }
}
