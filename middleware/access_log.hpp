// Writes down who asked for what and what became of it.
#pragma once

#include <candela/core/log.hpp>
#include <candela/core/random.hpp>
#include <candela/server/outcome.hpp>
#include <candela/server/stage_setup.hpp>
#include <string>
#include <vector>

namespace candela::middleware {

/// The stage `access_log`: one record for each exchange, on the log channel `access`, when its last byte has left or
/// its connection is lost. It stands in the entry chain, so that malformed requests and unknown paths are written down,
/// too.
///
///     - access_log:
///         query: false               # whether the target's query is written; it may hold what is nobody's business
///         exclude: [/health/*]       # patterns of routes that are not written down while they answer below 500;
///                                    # a star at the end stands for any rest
///         sample: 1.0                # the share of answers below 400 that is written; all others always are
///
/// A record has: method, target (the path as received, cut at 1024 bytes), route, status, result (completed, malformed,
/// cut), code of the problem, bytes_in, bytes_out, duration_us, peer, correlation_id. What a client sent is escaped by
/// the log.
class access_log {
 public:
  explicit access_log(stage_setup& setup);

  void on_complete(const exchange_outcome& outcome);

 private:
  [[nodiscard]] bool wanted(const exchange_outcome& outcome);
  [[nodiscard]] std::string_view shown(std::string_view target) const noexcept;

  log::channel channel_;
  bool query_;
  std::vector<std::string> excluded_;
  std::uint64_t sampled_below_;  // of 2^53 equally likely numbers
  fast_random random_;
};

}  // namespace candela::middleware
