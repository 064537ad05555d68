#include <unistd.h>
#include <candela/audit/trails.hpp>
#include <map>
#include <mutex>
#include <stdexcept>
#include <utility>

namespace candela::audit {

namespace {

struct known_trail {
  trail_settings settings;
  config::node mentioned;
  std::weak_ptr<trail> made;
};

// By place and name.
struct known_trails {
  std::mutex lock;
  std::map<std::pair<std::string, std::string>, known_trail> all;

  using running_trail = std::pair<std::shared_ptr<trail>, config::node>;
  [[nodiscard]] std::vector<running_trail> running() {
    const std::scoped_lock held(lock);
    std::vector<running_trail> found;
    for (const auto& [place, each] : all) {
      if (std::shared_ptr<trail> one = each.made.lock()) found.emplace_back(std::move(one), each.mentioned);
    }
    return found;
  }
};

known_trails& known() {
  static known_trails here;
  return here;
}

std::unique_ptr<sink> make_sink(const trail_settings& settings) {
  if (!settings.database.empty()) return make_database_sink(settings.database);
  if (!std::filesystem::is_directory(settings.folder)) {
    throw std::runtime_error(settings.folder.string() + ": there is no such folder");
  }
  if (::access(settings.folder.c_str(), R_OK | W_OK | X_OK) != 0) {
    throw std::runtime_error(settings.folder.string() + ": this process cannot write there");
  }
  return make_file_sink(settings.folder);
}

std::shared_ptr<trail> make_trail(const trail_settings& settings) try {
  return std::make_shared<trail>(settings.options, load_signing_key(settings.key), make_sink(settings));
} catch (const std::invalid_argument& wrong) {
  throw std::runtime_error(wrong.what());
}

}  // namespace

std::shared_ptr<trail> share_trail(const trail_settings& settings, const config::node& mentioned) {
  known_trails& here = known();
  const std::scoped_lock held(here.lock);
  const std::string place = settings.database.empty() ? settings.folder.lexically_normal().string() : settings.database;
  known_trail& found = here.all[{place, settings.options.stream}];
  if (std::shared_ptr<trail> running = found.made.lock()) {
    if (found.settings == settings) return running;
    throw std::runtime_error("the audit trail \"" + settings.options.stream +
                             "\" is in use with other settings; a restart changes them");
  }
  std::shared_ptr<trail> made = make_trail(settings);
  found = {settings, mentioned, made};
  return made;
}

void check_trails() {
  for (const auto& [each, mentioned] : known().running()) {
    if (const auto able = each->check(); !able) mentioned.fail(able.error());
  }
}

void end_trails() {
  for (const auto& [each, mentioned] : known().running()) each->shut_down();
}

}  // namespace candela::audit
