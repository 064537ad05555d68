// The four forms of a request target (RFC 9112, section 3.2). Private.
#pragma once

#include <candela/http/head_parser.hpp>
#include <candela/http/request_head.hpp>

namespace candela::http::detail {

/// Takes `head.target`, whose bytes were judged already, apart by `head.method` into form, path, query and authority.
/// On failure the reason, otherwise null.
[[nodiscard]] const head_error* split_target(request_head& head) noexcept;

}  // namespace candela::http::detail
