#include <candela/handlers/health.hpp>

#include <algorithm>
#include <candela/json/json.hpp>
#include <candela/server/extension.hpp>

namespace candela::handlers {

health::health(stage_setup& setup)
    : checks_(setup.service().health),
      kind_(setup.options().choose<kind>("kind", {{"live", kind::live}, {"ready", kind::ready}}, kind::ready)),
      details_(setup.options().boolean("details", true)) {}

task<void> health::operator()(exchange& x) {
  std::vector<health_report> reports;
  if (kind_ == kind::ready) reports = co_await checks_.ask(x.worker(), x.cancellation());
  answer(x, reports);
}

void health::answer(exchange& x, const std::vector<health_report>& reports) const {
  const auto is_down = [](const health_report& report) { return report.reason.has_value(); };
  const bool stopping = kind_ == kind::ready && checks_.stopping();
  const bool down = std::ranges::any_of(reports, is_down);
  json::output out(x.arena());
  json::writer text(out);
  text.begin_object().member("status", stopping ? "stopping" : down ? "down" : "up");
  if (details_ && kind_ == kind::ready) {
    text.key("checks").begin_object();
    for (const health_report& report : reports) {
      text.key(report.name).begin_object().member("status", is_down(report) ? "down" : "up");
      if (is_down(report)) text.member("reason", name_of(*report.reason));
      text.end_object();
    }
    text.end_object();
  }
  text.end_object();
  x.response().status(stopping || down ? 503 : 200).content_type("application/json").body(out.text());
  x.response().header_unchecked(http::header::cache_control, "no-store");
}

CANDELA_HANDLER("health", health);

}  // namespace candela::handlers
