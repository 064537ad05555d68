#include <candela/handlers/metrics.hpp>

#include <candela/server/extension.hpp>
#include <string>
#include <utility>

#include "handlers/detail/process_metrics.hpp"

namespace candela::handlers {

metrics::metrics(stage_setup& setup) : registry_(setup.metrics()), lanes_(setup.lanes()) {
  detail::add_process_metrics(registry_);
}

task<void> metrics::operator()(exchange& x) {
  const auto render = [&registry = registry_] {
    std::string text;
    registry.render(text);
    return text;
  };
  auto rendered = co_await lanes_.files.run(x.loop(), render, x.cancellation());
  if (!rendered) throw problem::unavailable("The service is too busy to gather its metrics.");
  const std::string& text = x.arena().make<std::string>(std::move(*rendered));
  x.response().content_type("text/plain; version=0.0.4; charset=utf-8").body(text);
}

CANDELA_HANDLER("metrics", metrics);

}  // namespace candela::handlers
