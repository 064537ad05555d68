// A response as a strict client understands it: anything doubtful is an error, not a guess.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/system/client.hpp"

namespace candela::system_test {

/// How the end of a response's body was told.
enum class body_end : std::uint8_t { none, length, chunked, close };

/// What `read_response` throws: the response broke a rule, or the connection ended or stalled within it.
class bad_response : public std::runtime_error {
 public:
  using runtime_error::runtime_error;
};

struct response {
  unsigned status = 0;
  std::string reason;
  std::vector<std::pair<std::string, std::string>> fields;  ///< names as they came
  body_end end = body_end::none;
  std::size_t body_bytes = 0;
  std::string body;  ///< its first 64 KiB

  [[nodiscard]] bool has(std::string_view name) const;
  /// The value of the field of that name, in any letter case; empty when there is none.
  [[nodiscard]] std::string_view field(std::string_view name) const;
  [[nodiscard]] std::size_t count(std::string_view name) const;
  [[nodiscard]] bool announces_close() const { return field("connection") == "close"; }
};

/// Reads the next response, interim ones included. `to_head`: it answers a HEAD request.
[[nodiscard]] response read_response(client& from, bool to_head = false);

}  // namespace candela::system_test
