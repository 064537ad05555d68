// A conformance case: what a client sends, what it must get, and what becomes of the connection.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "tests/system/response.hpp"

namespace candela::conformance {

/// What a response must be like.
struct expected_response {
  unsigned status = 0;
  bool to_head = false;                                      ///< the request's method is HEAD
  bool like_first = false;                                   ///< same status and fields as the case's first response
  std::vector<std::pair<std::string, std::string>> headers;  ///< present once, with this value
  std::vector<std::string> present;
  std::vector<std::string> absent;
  std::optional<std::string> body;
  std::vector<std::string> body_contains;
  std::vector<std::string> body_lacks;
  std::optional<std::size_t> body_bytes;
  std::optional<system_test::body_end> body_end;
};

struct send_bytes {
  std::string bytes;
};
struct half_close {};

using step = std::variant<send_bytes, expected_response, half_close>;

/// How a case ends.
enum class ending : std::uint8_t {
  open,    ///< nothing more is answered and the next request on the connection is served
  closed,  ///< nothing more is answered and the server closes in good order
};

struct test_case {
  std::string name;  ///< a sentence
  std::string rfc;   ///< where the rule stands
  std::string file;
  std::size_t line = 0;
  std::string server;       ///< name of the settings that the service runs with; empty for its defaults
  bool only_whole = false;  ///< not repeated with its bytes cut into pieces
  std::vector<step> steps;
  ending end = ending::open;
  bool close_unannounced = false;  ///< what decided to close came behind the last answer
};

}  // namespace candela::conformance
