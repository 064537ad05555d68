// Reads cases from their files.
//
// A file holds cases, each a heading and lines of one word and its operand:
//
//   == A length beside a chunked body is refused        the heading: a sentence
//   rfc 9112, section 6.3                               where the rule stands
//   server limits                                       settings servers/limits.yml; the defaults without it
//   whole                                               not to be repeated cut into pieces: it is large or about time
//   > GET / HTTP/1.1                                    sends a line and its CRLF
//   >- abc                                              sends bytes without a CRLF
//   half-close                                          the client sends no more
//   < 400                                               a response; what is sent later waits for it
//   < 200 head                                          a response to HEAD
//   < header Connection: close                          that field, once, with that value
//   < has Date              < lacks Content-Length      a field is there, or not
//   < body TEXT             < body-bytes 12             the whole body, or its size
//   < body-contains TEXT    < body-lacks TEXT
//   < body-end chunked                                  none, length, chunked or close
//   < like-first                                        status and fields of the case's first response
//   open                    closed                      how it ends, last
//   closed unannounced                                  no answer could say so: it was given before
//
// In what is sent and in TEXT, `\r \n \t \\ \s` (a space) and `\xHH` stand for bytes and `{repeat:N:TEXT}` for N times
// TEXT. Blank lines and lines that begin with # say nothing.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "tests/conformance/test_case.hpp"

namespace candela::conformance {

/// A case file that cannot be understood; says where.
class malformed_case : public std::runtime_error {
 public:
  using runtime_error::runtime_error;
};

/// The bytes that `text` stands for. Throws `malformed_case`.
[[nodiscard]] std::string unescape(std::string_view text);

/// The cases of one file. `file` is only named. Throws `malformed_case`.
[[nodiscard]] std::vector<test_case> read_cases(std::string_view text, const std::string& file);

}  // namespace candela::conformance
