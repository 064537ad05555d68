// Private to the room: the way of a request through services, drawn as a tree.
#pragma once

#include <candela/command/detail/audit_records.hpp>
#include <span>
#include <string>

namespace candela::command {

/// One tree for each user: user, services by whom they were called, and behind each what it decided. A service without
/// a record of its own is known by those that it called.
///
///     alice (https://id.example), client web
///     └─ urn:shop  POST /orders  201 allowed  12.4 ms  2026-01-31T12:00:05.000042Z
///        └─ urn:payment  POST /payments/{id}  403 denied: policy_denied  0.8 ms  2026-01-31T12:00:05.001042Z
[[nodiscard]] std::string draw_calls(std::span<const shown_request> requests);

}  // namespace candela::command
