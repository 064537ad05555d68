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
  std::weak_ptr<trail> made;
};

// By place and name.
struct known_trails {
  std::mutex lock;
  std::map<std::pair<std::string, std::string>, known_trail> all;
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

std::shared_ptr<trail> share_trail(const trail_settings& settings) {
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
  found = {settings, made};
  return made;
}

void end_trails() {
  std::vector<std::shared_ptr<trail>> running;
  known_trails& here = known();
  {
    const std::scoped_lock held(here.lock);
    for (const auto& [place, each] : here.all) {
      if (std::shared_ptr<trail> one = each.made.lock()) running.push_back(std::move(one));
    }
  }
  for (const std::shared_ptr<trail>& each : running) each->shut_down();
}

}  // namespace candela::audit
