// llhttp as the second judge of a request head. Private.
#pragma once

#include <candela/http/detail/head_rules.hpp>
#include <candela/http/request_head.hpp>

namespace candela::http::detail {

/// Whether llhttp, too, accepts the head at `begin` and reads in it what the strict reader put into `head` and `facts`:
/// method, target, version, fields, framing, connection options, and where it ends.
[[nodiscard]] bool llhttp_agrees(const char* begin, const request_head& head, const head_facts& facts) noexcept;

}  // namespace candela::http::detail
