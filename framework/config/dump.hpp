// A configuration as text, for people.
#pragma once

#include <string>

#include <candela/config/node.hpp>

namespace candela::config {

/// The tree as a YAML document in which each hidden value (one that came from the environment or stands under a key
/// that names a secret, see `node::hidden`) is written as `***`. To show what a service runs with, not to be read back.
[[nodiscard]] std::string dump(const node& tree);

}  // namespace candela::config
