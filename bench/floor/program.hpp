// What the bare responders share as programs: how they are ended, and the head of their answers.
#pragma once

#include <csignal>
#include <string>
#include <string_view>

namespace candela::bench {

/// Set by SIGTERM and SIGINT once they were asked for.
extern volatile std::sig_atomic_t stop_requested;
void stop_on_signals();

/// The fields of the service's own answer up to the length of the body, so that both move the same bytes; the date is
/// that of the call.
[[nodiscard]] std::string answer_head(std::string_view content_type);

}  // namespace candela::bench
