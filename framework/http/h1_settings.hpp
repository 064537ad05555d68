// What an HTTP/1 connection may cost and how long it may take.
#pragma once

#include <candela/http/chunked_decoder.hpp>
#include <candela/http/head_parser.hpp>
#include <chrono>
#include <cstddef>
#include <string>

namespace candela::http {

struct h1_settings {
  head_limits head{};
  chunk_limits chunks{};
  std::chrono::milliseconds header_timeout{
      10'000};  ///< from a head's first byte (or the connection's start) to its end; 408
  std::chrono::milliseconds idle_timeout{75'000};     ///< between requests; then the connection closes
  std::chrono::milliseconds body_timeout{30'000};     ///< without a byte of the body; 408
  std::chrono::milliseconds write_timeout{30'000};    ///< without the peer taking a byte; then the connection is reset
  std::chrono::milliseconds linger_timeout{2'000};    ///< how long the peer may take to see our last answer
  std::chrono::milliseconds half_close_grace{5'000};  ///< for the oldest answer to begin once the peer has ended its
                                                      ///< side; then its work is cancelled; 0: when the turn ends
  std::size_t max_pipelined = 32;                     ///< requests under way on one connection; then reading pauses
  std::size_t early_discard_bytes =
      64 * 1024;                         ///< of an unwanted body that are read and dropped to keep the connection
  std::size_t body_window = 256 * 1024;  ///< bytes of a body not dealt with yet; then reading pauses
  std::size_t body_rate = 240;  ///< bytes a second of a body while we read: whoever falls behind by `body_timeout` gets
                                ///< 408; 0 for none
  std::size_t write_high_mark = 256 * 1024;  ///< bytes waiting to be sent; then writers wait
  std::size_t write_low_mark = 64 * 1024;    ///< bytes waiting when writers go on
  std::string server_name = "candela";       ///< the Server field; empty for none
};

}  // namespace candela::http
