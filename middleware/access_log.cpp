#include <candela/middleware/access_log.hpp>

#include <algorithm>
#include <array>
#include <candela/server/extension.hpp>
#include <candela/server/route.hpp>

#include "middleware/detail/request_path.hpp"
#include "middleware/detail/route_patterns.hpp"

namespace candela::middleware {

namespace {

constexpr std::size_t most_target_bytes = 1024;
constexpr unsigned sample_bits = 53;

constexpr std::string_view name_of(exchange_result result) noexcept {
  switch (result) {
    case exchange_result::completed: return "completed";
    case exchange_result::malformed: return "malformed";
    case exchange_result::cut: return "cut";
  }
  return "unknown";
}

}  // namespace

access_log::access_log(stage_setup& setup)
    : channel_("access"),
      query_(setup.options().boolean("query", false)),
      excluded_(setup.options().strings("exclude")),
      sampled_below_(static_cast<std::uint64_t>(setup.options().number("sample", 1.0, {0.0, 1.0}) *
                                                static_cast<double>(std::uint64_t{1} << sample_bits))) {}

void access_log::on_complete(const exchange_outcome& outcome) {
  if (!channel_.enabled(log::level::info) || !wanted(outcome)) return;
  std::array<char, net::address::max_text> peer;
  const std::size_t peer_bytes = outcome.peer.write_host(peer.data());
  log::write(channel_, log::level::info, "request", log::field("method", outcome.method_name),
             log::field("target", shown(outcome.target)), log::field("route", outcome.route->pattern),
             log::field("status", outcome.status), log::field("result", name_of(outcome.result)),
             log::field("code", outcome.code), log::field("bytes_in", outcome.bytes_in),
             log::field("bytes_out", outcome.bytes_out), log::field("duration_us", outcome.duration.count() / 1000),
             log::field("peer", std::string_view(peer.data(), peer_bytes)),
             log::field("correlation_id", outcome.correlation_id));
}

bool access_log::wanted(const exchange_outcome& outcome) {
  const bool good = outcome.result == exchange_result::completed;
  if (good && outcome.status < 500 && detail::names_route(excluded_, outcome.route->pattern)) {
    return false;
  }
  const bool sampled = good && outcome.status < 400 && sampled_below_ != std::uint64_t{1} << sample_bits;
  return !sampled || random_() >> (64 - sample_bits) < sampled_below_;
}

std::string_view access_log::shown(std::string_view target) const noexcept {
  std::string_view text = detail::without_authority(target);
  if (!query_) text = text.substr(0, text.find('?'));
  return text.substr(0, most_target_bytes);
}

CANDELA_STAGE("access_log", access_log);

}  // namespace candela::middleware
