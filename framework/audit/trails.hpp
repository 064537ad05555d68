// The trails of a process, so that stages of all workers, and of a configuration that was read anew, share one.
#pragma once

#include <candela/audit/trail.hpp>
#include <candela/config/node.hpp>
#include <filesystem>
#include <memory>

namespace candela::audit {

/// What a trail is made from.
struct trail_settings {
  std::filesystem::path folder;  ///< where its files stand; or
  std::string database;          ///< the URL of the database that has its table
  std::filesystem::path key;     ///< of the file with the private key
  trail_options options;

  friend bool operator==(const trail_settings&, const trail_settings&) = default;
};

/// The trail of that stream and place. Whoever asks with equal settings gets the same one; it ends with the last of
/// them. `mentioned` is where the configuration speaks of the place. Throws `std::runtime_error` with a sentence: for a
/// key that is not one, for a folder that is not there, and when the trail is in use with other settings, which only a
/// restart changes. Start-up and reload; any thread.
[[nodiscard]] std::shared_ptr<trail> share_trail(const trail_settings& settings, const config::node& mentioned);

/// Asks the places of all trails whether lines can be kept there, unless that is known. Throws `config::error` for one
/// where they cannot, as a database without the table; one that is away for the time being is only logged. For a
/// service that is about to serve, behind its migrations. May wait for some seconds; any thread.
void check_trails();

/// Shuts every trail of the process down. For the end of a service, when no request is left.
void end_trails();

}  // namespace candela::audit
