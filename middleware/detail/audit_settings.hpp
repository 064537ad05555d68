// Private to the room: the options of the stage `audit` that make its trail.
#pragma once

#include <candela/audit/trails.hpp>
#include <candela/server/stage_setup.hpp>
#include <string_view>
#include <vector>

namespace candela::middleware::detail {

/// Throws `config::error`.
[[nodiscard]] candela::audit::trail_settings read_trail_settings(stage_setup& setup, bool evidence);

/// The trail that the options name. Throws `config::error` at the option that is to blame.
[[nodiscard]] std::shared_ptr<candela::audit::trail> open_trail(stage_setup& setup, bool evidence);

/// The option `headers` in lower case. Throws `config::error` for fields that are known to hold secrets.
[[nodiscard]] std::vector<std::string> read_kept_headers(config::reader& options);

/// Has the trail's numbers shown among the metrics.
void show_metrics(metrics::registry& registry, const std::shared_ptr<candela::audit::trail>& trail);

}  // namespace candela::middleware::detail
