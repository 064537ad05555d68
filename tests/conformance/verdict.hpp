// Compares a response with what a case expects, and with what holds for every response of this service.
#pragma once

#include <stdexcept>

#include "tests/conformance/test_case.hpp"

namespace candela::conformance {

/// A response, or the end of a connection, that is not as it must be.
class violation : public std::runtime_error {
 public:
  using runtime_error::runtime_error;
};

/// Whether `text` is a date as RFC 9110, section 5.6.7 has it sent: "Sun, 06 Nov 1994 08:49:37 GMT".
[[nodiscard]] bool is_http_date(std::string_view text);

/// What holds always: one valid Date, one Server, and problem documents for errors. Throws `violation`.
void judge_always(const system_test::response& got, bool to_head);

/// Throws `violation` with the first difference.
void judge(const expected_response& expected, const system_test::response& got, const system_test::response& first);

}  // namespace candela::conformance
