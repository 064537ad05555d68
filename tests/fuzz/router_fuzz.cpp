// The router against a matcher that tries every pattern: the first bytes choose the patterns, the rest is a path.
#include <candela/http/uri.hpp>
#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <tests/server/naive_router.hpp>

namespace {

using candela::router;
using candela::testing::naive_router;

// Chosen to be in each other's way: prefixes of one another, the same in another form, forks at every depth.
constexpr std::string_view patterns[] = {"/",
                                         "/a",
                                         "/a/",
                                         "/a//",
                                         "/a/b",
                                         "/a/b/c",
                                         "/%61/%62",
                                         "/ab",
                                         "/abcdefgh",
                                         "/abcdefghi",
                                         "/abcdefghj",
                                         "/b/b/b/b/b",
                                         "/b/b/b/b/{p5}",
                                         "/{p1}",
                                         "/{q1}",
                                         "/{p1}/",
                                         "/{p1}/b",
                                         "/{p1}/{p2}",
                                         "/{p1}/{p2}/c",
                                         "/{p1}/b/{p2}",
                                         "/a/{p1}",
                                         "/a/{p1}/c",
                                         "/a/b/{p1}",
                                         "/{rest...}",
                                         "/{other...}",
                                         "/a/{rest...}",
                                         "/{p1}/{rest...}",
                                         "/a/b/{rest...}",
                                         "/caf\xC3\xA9",
                                         "/a%2Fb/{p1}",
                                         "/{p1}//{p2}",
                                         "/{p1}/{p2}/{p3}/{p4}/{p5}/{p6}/{p7}/{p8...}"};
constexpr std::size_t mask_bytes = 4;
static_assert(std::size(patterns) == mask_bytes * 8);

void require(bool condition) {
  if (!condition) std::abort();
}

bool declare(router& routes, std::string_view pattern) {
  try {
    routes.at(pattern);
    return true;
  } catch (const std::invalid_argument&) {
    return false;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < mask_bytes) return 0;
  const std::string_view path(reinterpret_cast<const char*>(data + mask_bytes), size - mask_bytes);
  if (!candela::http::valid_escapes(path)) return 0;
  router routes;
  naive_router plain;
  for (std::size_t i = 0; i != std::size(patterns); ++i) {
    if ((data[i / 8] >> i % 8 & 1) == 0) continue;
    require(declare(routes, patterns[i]) == plain.add(patterns[i]));
  }
  require(candela::testing::found_by(routes, path) == plain.find(path));
  return 0;
}
