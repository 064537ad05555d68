// What all stages that change bodies by cryptography have in common: when a body is looked at, where the work is done,
// and what becomes of the exchange.
#pragma once

#include <candela/config/node.hpp>
#include <candela/core/metrics.hpp>
#include <candela/net/lanes.hpp>
#include <candela/server/exchange.hpp>
#include <candela/server/stage_setup.hpp>
#include <memory>
#include <string>
#include <vector>

#include "middleware/detail/live_codec.hpp"
#include "middleware/detail/unwrapping.hpp"

namespace candela::middleware::detail {

/// Which way a body goes that a stage changes.
enum class body_direction : std::uint8_t { request, response };
/// Whether it becomes plain or protected.
enum class body_change : std::uint8_t { unwraps, wraps };

/// The options that all these stages have.
struct body_settings {
  body_change change = body_change::unwraps;
  body_direction direction = body_direction::request;
  body_part part = {};
  std::string header = {};              ///< of a detached signature
  std::vector<std::string> types = {};  ///< media types to be wrapped; empty: all but problem documents
  std::size_t max_bytes = 256 * 1024;   ///< of the body as it comes in
};

/// Reads `direction`, `members`, `required`, `max_bytes` and, of stages that wrap, `types`; of those that can have a
/// detached signature also `header`.
[[nodiscard]] body_settings read_body_settings(stage_setup& setup, body_change change, bool detachable);

/// The work of one stage. What does not succeed leaves nothing behind: the body goes no further.
class body_work {
 public:
  /// `files` are what `make` makes codecs of, see `live_codec`.
  body_work(stage_setup& setup, std::string_view stage, body_settings settings, const std::vector<config::node>& files,
            codec_maker make);

  [[nodiscard]] body_direction direction() const noexcept { return settings_.direction; }
  [[nodiscard]] bool applies_to(const route& asked) const;
  task<step> on_request(exchange& x);
  task<void> on_response(exchange& x);

 private:
  class gatherer;

  [[nodiscard]] bool concerns(const exchange& x, const http::headers& fields, std::string_view body, bool may_be_empty);
  [[nodiscard]] bool is_wrapped(const exchange& x, const http::headers& fields, std::string_view body);
  [[nodiscard]] bool is_to_be_wrapped(const http::headers& fields, std::string_view body) const;

  [[nodiscard]] body_message message_of(const http::headers& fields, std::string_view body) const;
  task<std::expected<changed_body, jose::error>> run(exchange& x, body_message message);
  void put_request(exchange& x, changed_body made) const;
  void put_response(exchange& x, changed_body made) const;
  void put_authors(exchange& x, const std::vector<body_author>& authors) const;
  void stream(exchange& x);

  [[noreturn]] void refuse(const exchange& x, const jose::error& why);
  [[nodiscard]] problem refusal(const exchange& x, const jose::error& why);

  std::string name_;
  config::node place_;  // where its options stand
  body_settings settings_;
  live_codec codec_;
  net::lanes& lanes_;
  clock& time_;
  metrics::counter& passed_;
  metrics::counter& refused_;
};

}  // namespace candela::middleware::detail
