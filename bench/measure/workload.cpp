// The loads by name.
#include "bench/measure/workload.hpp"

namespace candela::bench {
namespace {

constexpr const char* greeting = "Hello, World!";
constexpr const char* greeting_object = R"({"message":"Hello, World!"})";

}  // namespace

workload pipelined_equal_heads() {
  return {"plaintext, 16 deep, equal heads", "plaintext", greeting, "/plaintext", head_kind::equal, 256, 16};
}

workload pipelined_different_heads() {
  return {
      "plaintext, 16 deep, different heads", "plaintext", greeting, "/plaintext/{n}", head_kind::different, 256, 16};
}

workload plaintext_alone() {
  return {"plaintext, alone", "plaintext", greeting, "/plaintext", head_kind::equal, 64, 1};
}

workload json_alone() { return {"json, alone", "json", greeting_object, "/json", head_kind::equal, 64, 1}; }

load_options options_for(const workload& load, std::uint16_t port) {
  load_options options;
  options.port = port;
  options.connections = load.connections;
  options.depth = load.depth;
  options.layout.path = load.path;
  options.layout.kind = load.heads;
  options.layout.fields = load.fields;
  options.layout.bytes += load.fields.size();
  options.expected_body = load.body;
  return options;
}

}  // namespace candela::bench
