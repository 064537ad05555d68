#include "middleware/detail/audit_settings.hpp"

#include <algorithm>
#include <array>
#include <candela/core/text.hpp>
#include <candela/http/header_name.hpp>
#include <filesystem>
#include <stdexcept>

namespace candela::middleware::detail {

namespace {

using namespace std::chrono_literals;
using candela::audit::sync_policy;
using candela::audit::trail;
using candela::audit::trail_counts;
using candela::audit::trail_options;
using candela::audit::trail_settings;

constexpr std::uint64_t kib = 1024;
constexpr std::uint64_t mib = 1024 * kib;

// What stands in fields of such names opens doors, or proves who somebody is.
constexpr std::array<std::string_view, 11> secret_words{"authorization", "cookie",     "token",     "secret",
                                                        "password",      "api-key",    "apikey",    "credential",
                                                        "dpop",          "call-proof", "call-chain"};

// Names of services are free text.
std::string stream_of(stage_setup& setup) {
  if (setup.options().has("stream")) {
    std::string given = setup.options().string("stream");
    if (!candela::audit::is_stream_name(given)) {
      setup.options().get("stream").unexpected("1 to 64 letters, digits, '-', '_' and '.', which is not the first");
    }
    return given;
  }
  std::string name = setup.service().name.substr(0, 64);
  std::ranges::replace_if(
      name, [](char each) { return !candela::audit::is_stream_name(std::string_view(&each, 1)); }, '-');
  return name.empty() ? "service" : name;
}

void read_place(config::reader& options, trail_settings& made) {
  made.key = options.path("key");
  const bool in_files = options.has("folder");
  if (in_files == options.has("database")) {
    options.get(in_files ? "database" : "folder").fail("a trail stands in a folder or in a database: one of both");
  }
  if (in_files) {
    made.folder = options.path("folder");
  } else {
    made.database = options.string("database");
  }
}

void read_intervals(config::reader& options, trail_options& made) {
  config::reader rotate = options.section("rotate");
  made.rotate_bytes = rotate.size("size", 64 * mib, {64 * kib, 1024 * 1024 * mib});
  made.rotate_after = std::chrono::duration_cast<std::chrono::seconds>(rotate.duration("after", 24h, {1min, 8784h}));
  config::reader checkpoint = options.section("checkpoint");
  made.checkpoint_lines = checkpoint.integer<std::size_t>("lines", 1000, {1, 1'000'000});
  made.checkpoint_interval =
      std::chrono::duration_cast<std::chrono::milliseconds>(checkpoint.duration("interval", 1s, {10ms, 1h}));
}

}  // namespace

trail_settings read_trail_settings(stage_setup& setup, bool evidence) {
  config::reader& options = setup.options();
  trail_settings made;
  read_place(options, made);
  made.options.stream = stream_of(setup);
  made.options.queue_bytes = options.size("queue", 4 * mib, {16 * kib, 1024 * mib});
  made.options.max_record_bytes = options.size("max_record", (evidence ? 32 : 4) * kib, {4 * kib, 256 * kib});
  read_intervals(options, made.options);
  made.options.sync = options.choose<sync_policy>(
      "sync", {{"batch", sync_policy::batch}, {"checkpoint", sync_policy::checkpoint}, {"never", sync_policy::never}},
      sync_policy::checkpoint);
  return made;
}

std::shared_ptr<trail> open_trail(stage_setup& setup, bool evidence) {
  const trail_settings settings = read_trail_settings(setup, evidence);
  const auto place = setup.options().get(settings.database.empty() ? "folder" : "database");
  try {
    // First, for whatever is wrong with it is to be told at its own place.
    static_cast<void>(candela::audit::signer(candela::audit::load_signing_key(settings.key)));
  } catch (const std::exception& wrong) {
    setup.options().get("key").fail(wrong.what());
  }
  try {
    return candela::audit::share_trail(settings, place);
  } catch (const std::exception& wrong) {
    place.fail(wrong.what());
  }
}

std::vector<std::string> read_kept_headers(config::reader& options) {
  std::vector<std::string> names = options.strings("headers");
  for (std::string& name : names) {
    std::ranges::transform(name, name.begin(), ascii_lower);
    const auto holds = [&name](std::string_view word) { return name.find(word) != std::string::npos; };
    if (std::ranges::any_of(secret_words, holds)) {
      options.get("headers").fail("the field \"" + name + "\" may hold a secret; a trail keeps none");
    }
  }
  return names;
}

void show_metrics(metrics::registry& registry, const std::shared_ptr<trail>& shown) {
  const metrics::labels series{{"stream", shown->options().stream}};
  const auto of = [&shown](std::uint64_t trail_counts::* member) {
    // A scrape may come when the trail has gone.
    return [trail = std::weak_ptr(shown), member] {
      const auto alive = trail.lock();
      return alive == nullptr ? 0.0 : static_cast<double>(alive->counts().*member);
    };
  };
  registry.computed_counter("audit_records_total", "Decisions written down.", series, of(&trail_counts::requests));
  registry.computed_counter("audit_refused_total", "Requests refused since their records had no room.", series,
                            of(&trail_counts::refused));
  registry.computed_counter("audit_unrecorded_total", "What happened and found no room.", series,
                            of(&trail_counts::unrecorded));
  registry.computed_counter("audit_failures_total", "Attempts to write that failed.", series,
                            of(&trail_counts::failures));
  registry.computed_counter("audit_checkpoints_total", "Signatures over the trail.", series,
                            of(&trail_counts::checkpoints));
  registry.computed_gauge("audit_queued_bytes", "Records that wait to be written.", series,
                          of(&trail_counts::queued_bytes));
  registry.computed_gauge("audit_sequence", "The number of the trail's last line.", series,
                          of(&trail_counts::sequence));
}

}  // namespace candela::middleware::detail
