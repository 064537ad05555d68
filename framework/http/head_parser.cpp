// The order of the judges: the scanner for plain heads, or else the strict reader and llhttp, which must agree.
#include <candela/http/detail/head_errors.hpp>
#include <candela/http/detail/head_scanner.hpp>
#include <candela/http/detail/llhttp_head.hpp>
#include <candela/http/detail/strict_head.hpp>
#include <candela/http/head_parser.hpp>

namespace candela::http {
namespace {

head_outcome refuse(head_error& error, const head_error& reason) noexcept {
  error = reason;
  return head_outcome::refused;
}

}  // namespace

namespace detail {

head_outcome parse_head_strictly(char* begin, char* end, const head_limits& limits, request_head& head,
                                 head_error& error) noexcept {
  strict_head reader(begin, end, limits, head);
  const head_outcome outcome = reader.read();
  if (outcome == head_outcome::refused) return refuse(error, reader.error());
  if (outcome == head_outcome::incomplete) return outcome;
  if (!llhttp_agrees(begin, head, reader.facts())) return refuse(error, errors::judges_disagree);
  lower_unknown_names(begin, head.headers);
  return outcome;
}

}  // namespace detail

head_outcome parse_head(char* begin, char* end, const head_limits& limits, request_head& head,
                        head_error& error) noexcept {
  return detail::scan_plain_head(begin, end, limits, head, error, detail::parse_head_strictly);
}

}  // namespace candela::http
