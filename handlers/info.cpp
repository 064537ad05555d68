#include <candela/handlers/info.hpp>

#include <algorithm>
#include <candela/core/build_id.hpp>
#include <candela/core/text.hpp>
#include <candela/json/json.hpp>
#include <candela/server/extension.hpp>
#include <chrono>

namespace candela::handlers {

namespace {

using seconds = std::chrono::sys_seconds;

std::string_view timestamp(seconds time, arena& memory) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  const std::span<char> text = memory.make_array<char>(std::string_view("2026-11-22T04:42:09Z").size());
  char* at = text.data();
  const auto put = [&at](std::int64_t number, std::size_t digits, char behind) {
    at = write_padded_decimal(at, static_cast<std::uint64_t>(number), digits);
    *at++ = behind;
  };
  put(static_cast<int>(date.year()), 4, '-');
  put(static_cast<unsigned>(date.month()), 2, '-');
  put(static_cast<unsigned>(date.day()), 2, 'T');
  put(clock.hours().count(), 2, ':');
  put(clock.minutes().count(), 2, ':');
  put(clock.seconds().count(), 2, 'Z');
  return {text.data(), text.size()};
}

}  // namespace

info::info(stage_setup& setup) : facts_(setup.service()), build_(setup.options().boolean("build", false)) {
  for (const config::node::member& field : setup.options().members("fields")) {
    if (field.value.hidden()) field.value.fail("this value may be a secret, and info is for everyone who asks");
    fields_.emplace_back(field.key, field.value.as_string());
  }
}

void info::operator()(exchange& x) const {
  const auto started = std::chrono::floor<std::chrono::seconds>(facts_.started);
  const auto now = std::chrono::floor<std::chrono::seconds>(x.worker().time().wall());
  json::output out(x.arena());
  json::writer text(out);
  text.begin_object().member("name", facts_.name);
  if (!facts_.version.empty()) text.member("version", facts_.version);
  if (build_) text.member("build", build_id());
  text.member("started", timestamp(started, x.arena()));
  text.member("uptime_seconds", std::max<std::int64_t>(0, (now - started).count()));
  for (const auto& [name, value] : fields_) text.member(name, value);
  text.end_object();
  x.response().content_type("application/json").body(out.text());
}

CANDELA_HANDLER("info", info);

}  // namespace candela::handlers
