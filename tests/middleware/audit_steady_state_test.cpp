// What an audited request costs once everything is warm: no heap, in the stage and in the recorder.
#include <doctest/doctest.h>

#include <candela/audit/verifier.hpp>
#include <candela/middleware/audit.hpp>
#include <candela/server/principal.hpp>
#include <cstdlib>
#include <fstream>
#include <new>

#include "tests/core/detail/scratch_folder.hpp"
#include "tests/middleware/stage_fixture.hpp"

namespace {
// Of this thread: the trail's own one allocates as it likes.
thread_local std::size_t allocations = 0;
}  // namespace

// Not inlined: the compiler would take them for a mismatched pair.
[[gnu::noinline]] void* operator new(std::size_t bytes) {
  ++allocations;
  if (void* memory = std::malloc(bytes == 0 ? 1 : bytes)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

using namespace candela;
using namespace candela::testing;

namespace {

// Allocations while a hook of the stage ran, and not of what is around it.
class counted_audit : public middleware::audit {
 public:
  using middleware::audit::audit;

  step on_request(exchange& x) {
    const counting here;
    return audit::on_request(x);
  }
  void on_response(exchange& x) {
    const counting here;
    audit::on_response(x);
  }
  void on_complete(const exchange_outcome& outcome) {
    const counting here;
    audit::on_complete(outcome);
  }

  static inline std::size_t allocated = 0;

 private:
  struct counting {
    std::size_t before = allocations;
    ~counting() { allocated += allocations - before; }
  };
};

struct known_user {
  step on_request(exchange& x) {
    x.put<principal>(principal{.issuer = "https://id.example", .subject = "alice", .client_id = "web"});
    return step::next;
  }
};

}  // namespace

TEST_CASE("a warm audited request allocates nothing from the heap") {
  constexpr int requests = 1000;
  const scratch_folder folder;
  const auto key = jose::key::generate(jose::curve::p256).value();
  std::ofstream(folder.file("audit.jwk")) << key.to_jwk(jose::key_part::private_part)->text();
  {
    stage_fixture server;
    server.stage<counted_audit>("folder: " + folder.file("") + "\nkey: " + folder.file("audit.jwk") +
                                "\nstream: shop\nheaders: [User-Agent]\nevidence: true");
    server.entry(known_user());
    server.get("/", hello);
    server.serve();
    const std::string request =
        request_with("GET /", "User-Agent: probe\r\nCall-Chain: a.b.c\r\nCall-Proof: d.e.f\r\n");
    for (int i = 0; i != 10; ++i) static_cast<void>(server.ask(request));
    counted_audit::allocated = 0;
    for (int i = 0; i != requests; ++i) static_cast<void>(server.ask(request));
    CHECK(counted_audit::allocated == 0);
  }
  const auto keys = audit::verifying_keys(std::span(&key, 1)).value();
  audit::verifier checked(&keys);
  REQUIRE(audit::verify_file(checked, folder.file("shop.000000000001.jsonl")));
  CHECK(checked.summary().at.requests == requests + 10);
}
