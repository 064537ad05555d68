// A program outside the tree: the headers are found, the library links, and both are of one build.
#include <candela/core/arena.hpp>
#include <candela/core/build_id.hpp>
#include <candela/core/build_stamp.hpp>
#include <candela/handlers/static_files.hpp>
#include <candela/middleware/cors.hpp>
#include <cstdio>

int main() {
  candela::arena arena;
  const std::string_view copy = arena.copy(candela::build_id());
  std::printf("library: %.*s\nheaders: %s\n", static_cast<int>(copy.size()), copy.data(), CANDELA_BUILD_ID);
  return copy == CANDELA_BUILD_ID ? 0 : 1;
}
