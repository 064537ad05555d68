// The loads that the benchmark knows, shared by everything that measures.
#pragma once

#include <cstdint>
#include <string>

#include "bench/load/load_client.hpp"

namespace candela::bench {

/// One kind of load and the answer that it must get.
struct workload {
  std::string name;    ///< for tables and reports
  std::string answer;  ///< what the bare responder is told to answer: plaintext or json
  std::string body;    ///< the only right body
  std::string path;    ///< as in head_layout
  head_kind heads = head_kind::equal;
  unsigned connections = 64;
  unsigned depth = 1;
  std::string fields = {};  ///< that every request has besides, each line with its end
};

/// Plaintext, 256 connections with 16 requests on the way each, every head the same.
workload pipelined_equal_heads();
/// The same with a number in the path and one in a header, so that no head repeats.
workload pipelined_different_heads();
/// Plaintext, 64 connections with one request on the way each.
workload plaintext_alone();
/// JSON, 64 connections with one request on the way each.
workload json_alone();

/// The client's options for a load on a port.
load_options options_for(const workload& load, std::uint16_t port);

}  // namespace candela::bench
